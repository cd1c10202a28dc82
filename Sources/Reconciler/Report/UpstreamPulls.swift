/// How many pulls the copies of a pass would cost at one upstream.
struct UpstreamPulls: Sendable, Equatable {
    let registry: RegistryHost
    private(set) var pulls = 0
    /// Whether there are images among them of which nobody knows yet for how many platforms they are.
    private(set) var isAtLeast = false
    /// What the registry last said that it allows, and of how much.
    private(set) var left: (remaining: Int, limit: Int)?

    /// Counts by what is remembered and what is asked for; no manifest is loaded to know it better, for that is a pull.
    static func count(
        _ drifts: [Drift],
        of mirrored: [MirroredTag],
        _ recorded: Recorded,
        _ standings: [RegistryHost: RateLimits.Standing]
    ) -> [UpstreamPulls] {
        let tags = Dictionary(mirrored.map { ($0.id, $0) }) { first, _ in first }
        var upstreams: [RegistryHost: UpstreamPulls] = [:]
        var counted = CountedPulls()
        for drift in drifts {
            guard let tag = tags[drift.image], case .drifted(let action, _) = drift.verdict, action.asksUpstream else {
                continue
            }
            let host = tag.upstream.registry
            var upstream = upstreams[host] ?? UpstreamPulls(registry: host, standings[host])
            let cost = counted.cost(of: action, of: tag, recorded[image: tag.id])
            counted.note(action, of: tag)
            upstream.pulls += cost.pulls
            upstream.isAtLeast = upstream.isAtLeast || cost.isAtLeast
            upstreams[host] = upstream
        }
        return upstreams.values.sorted { $0.registry.description < $1.registry.description }
    }

    private init(registry: RegistryHost, _ standing: RateLimits.Standing?) {
        self.registry = registry
        if let remaining = standing?.remaining, let limit = standing?.limit { left = (remaining, limit) }
    }

    /// `pulls docker.io: at least 12, 87 of 100 left; a multi-platform image costs one a platform`.
    var line: String {
        let allowance = left.map { ", \($0.remaining) of \($0.limit) left" } ?? ""
        let why = isAtLeast ? "; a multi-platform image costs one a platform" : ""
        return "pulls \(registry): \(isAtLeast ? "at least " : "")\(pulls)\(allowance)\(why)"
    }

    var json: JSON {
        JSON(members: [
            ("registry", .string(registry)), ("pulls", .number(pulls)), ("atLeast", JSON(.bool(isAtLeast))),
            ("remaining", left.map { .number($0.remaining) }), ("limit", left.map { .number($0.limit) }),
        ])
    }

    static func == (one: UpstreamPulls, other: UpstreamPulls) -> Bool { one.line == other.line }
}

extension Action {
    /// Whether it loads manifests from the upstream.
    var asksUpstream: Bool {
        switch self {
        case .copy, .copyReferrers: true
        case .build, .putBack: false
        }
    }
}
