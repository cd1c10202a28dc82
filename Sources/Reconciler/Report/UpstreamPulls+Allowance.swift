/// What a pass would leave undone because an upstream does not allow more pulls.
extension UpstreamPulls {
    /// The same drifts, with the copies that would touch the last tenth of an allowance held back.
    ///
    /// `mirrored` come in the order in which a pass takes them; like it, this lets what is smaller go on.
    static func allowing(
        _ drifts: [Drift],
        of mirrored: [MirroredTag],
        _ recorded: Recorded,
        _ standings: [RegistryHost: RateLimits.Standing],
        at now: Moment
    ) -> [Drift] {
        let copies = Dictionary(drifts.map { ($0.image, $0) }) { first, _ in first }
        var budgets = standings.compactMapValues { $0.budget(at: now) }
        var counted = CountedPulls()
        var held: [ImageID: Drift] = [:]
        for tag in mirrored {
            guard let drift = copies[tag.id], case .drifted(let action, let reasons) = drift.verdict,
                action.asksUpstream, let budget = budgets[tag.upstream.registry]
            else { continue }
            let cost = counted.cost(of: action, of: tag, recorded[image: tag.id])
            if cost.pulls <= budget.pulls {
                budgets[tag.upstream.registry]?.pulls -= cost.pulls
                counted.note(action, of: tag)
            } else {
                let why = "the last tenth of the pulls that \(tag.upstream.registry) allows is left alone"
                held[drift.image] = Drift(image: drift.image, verdict: .waiting(until: budget.end, why: why, reasons))
            }
        }
        return drifts.map { held[$0.image] ?? $0 }
    }
}

/// Counts the pulls of copies one after the other: what one has loaded costs the next nothing.
struct CountedPulls {
    private struct Part: Hashable {
        let registry: RegistryHost
        let digest: Digest
        let platforms: [Platform]
    }

    private var parts: Set<Part> = []

    /// The pulls of one copy by what is remembered and asked for, and whether it may take more.
    func cost(of action: Action, of tag: MirroredTag, _ record: ImageRecord?) -> (pulls: Int, isAtLeast: Bool) {
        guard case .copy(let digest) = action else { return (1, true) }
        if parts.contains(Part(registry: tag.upstream.registry, digest: digest, platforms: tag.platforms)) {
            return (0, false)
        }
        if !tag.platforms.isEmpty { return (tag.platforms.count, false) }
        if case .mirror(let origin)? = record?.origin, let known = origin.pulls { return (known, false) }
        return (1, true)
    }

    mutating func note(_ action: Action, of tag: MirroredTag) {
        guard case .copy(let digest) = action else { return }
        parts.insert(Part(registry: tag.upstream.registry, digest: digest, platforms: tag.platforms))
    }
}

extension RateLimits.Standing {
    /// How many pulls are left above the last tenth, and when the window ends; nil if nothing is known of either.
    fileprivate func budget(at now: Moment) -> (pulls: Int, end: Moment)? {
        guard let remaining, let limit, let windowEnd, windowEnd > now else { return nil }
        return (remaining - limit / 10, windowEnd)
    }
}
