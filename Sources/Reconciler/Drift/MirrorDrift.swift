/// Compares one mirrored tag with its upstream, with what the registry holds and with what is remembered.
struct MirrorDrift {
    let mirror: MirroredTag
    let seen: MirrorLook
    let record: ImageRecord?
    /// The new digest of a moved tag that has yet to settle.
    let settling: SettlingRecord?
    let isForced: Bool
    let now: Moment

    private var tag: Tag { mirror.tag }
    private var here: Observed<Digest> {
        seen.here ?? .unknown("\(mirror.destination) was not looked at in the registry")
    }

    private var upstream: Observed<Digest> {
        if let why = mirror.unlisted { return .unknown(why) }
        return seen.upstream ?? .unknown("\(mirror.upstream.familiar) was not looked at")
    }

    /// What the platforms of this upstream digest come to, if that was looked at.
    private func selected(of digest: Digest) -> MirrorLook.Details.Selection? {
        guard record == nil, let selected = seen.details.selected, selected.upstream == digest,
            selected.platforms == mirror.platforms
        else { return nil }
        return selected
    }

    var verdict: Verdict {
        if mirror.entry.isPaused { return .paused }
        if case .unknown(let why) = here { return .unknown(why) }
        switch upstream {
        case .present(let digest): return compare(with: digest)
        case .unknown(let why): return withoutUpstream(why) ?? .unknown(why)
        case .absent:
            let why = "\(mirror.upstream.familiar) is not there upstream; mend the tag, or remove the entry"
            return withoutUpstream(why) ?? .stalled(why)
        }
    }

    private func compare(with digest: Digest) -> Verdict {
        if isForced { return .drifted(.copy(digest), [.forced]) }
        if let selected = selected(of: digest), case .unknown(let why) = selected.result {
            return selected.heldUntil.map { .waiting(until: $0, why: why, []) } ?? .unknown(why)
        }
        let wanted = wanted(of: digest)
        if let wanted, here.value == wanted { return inPlace(wanted, of: digest) }
        let reasons = reasons(wanted, of: digest)
        if isKnown(digest), let record {
            return .drifted(.putBack(record, under: [tag], otherwise: .copy(digest)), reasons)
        }
        return wait(for: digest, reasons) ?? .drifted(.copy(digest), reasons)
    }

    /// What should stand under the tag, as far as that is known without reading the upstream's index.
    private func wanted(of digest: Digest) -> Digest? {
        if mirror.platforms.isEmpty { return digest }
        return isKnown(digest) ? record?.digest : selected(of: digest)?.result.value
    }

    /// Whether the record is of this upstream digest and of these platforms.
    private func isKnown(_ digest: Digest) -> Bool {
        origin.map { $0.upstream == digest && $0.platforms == mirror.platforms } ?? false
    }

    private var origin: MirrorOrigin? {
        guard case .mirror(let origin)? = record?.origin else { return nil }
        return origin
    }

    /// The verdict on a tag that stands where it should.
    private func inPlace(_ wanted: Digest, of digest: Digest) -> Verdict {
        switch seen.details.lost {
        case .present(let lost)?: return .drifted(.copy(digest), [.incomplete(tag, lost: lost)])
        case .unknown(let why)?: return .unknown(why)
        case .absent?, nil: break
        }
        var kept = record
        if !isKnown(digest) || record?.digest != wanted {
            let origin = MirrorOrigin(upstream: digest, platforms: mirror.platforms)
            kept = ImageRecord(origin: .mirror(origin), digest: wanted, tags: [tag], time: now)
        }
        if mirror.entry.referrers, let kept {
            guard kept == record, let copied = origin?.referrers else {
                return .drifted(.copyReferrers(kept), [.referrers])
            }
            switch seen.details.lostReferrers {
            case .present(let lost)?: return .drifted(.copyReferrers(kept), [.lostReferrers(lost)])
            case .unknown(let why)?: return .unknown(why)
            case .absent?, nil: break
            }
            switch seen.details.referrers {
            case .unknown(let why): return .unknown(why)
            case .present(copied.fingerprint), .absent, nil: break
            case .present: return .drifted(.copyReferrers(kept), [.referrers])
            }
        }
        guard let kept, kept != record else { return .inLine }
        return .learn(kept)
    }

    private func reasons(_ wanted: Digest?, of digest: Digest) -> [Reason] {
        var reasons: [Reason] = []
        switch (here, record) {
        case (.present(let seen), nil): reasons.append(.overwritten(tag, expected: wanted ?? digest, seen: seen))
        case (.present(let seen), let record?) where seen != record.digest:
            reasons.append(.overwritten(tag, expected: record.digest, seen: seen))
        case (.absent, nil): reasons.append(.neverCopied)
        case (.absent, _): reasons.append(.missing(tag))
        default: break
        }
        if let origin, origin.upstream != digest { reasons.append(.moved(from: origin.upstream, to: digest)) }
        if let origin, origin.platforms != mirror.platforms {
            reasons.append(.platforms(from: origin.platforms, to: mirror.platforms))
        }
        return reasons
    }

    /// The verdict on a moved tag whose new digest has not stood long enough; nil if it may be copied.
    ///
    /// What moved is a tag of which something older can be had; one that was never copied is copied at once.
    private func wait(for digest: Digest, _ reasons: [Reason]) -> Verdict? {
        guard let settle = mirror.entry.settle, mirror.entry.digest == nil else { return nil }
        guard origin.map({ $0.upstream != digest }) ?? (here.value != nil) else { return nil }
        let since = settling.flatMap { $0.digest == digest ? min($0.since, now) : nil } ?? now
        guard since + settle > now else { return nil }
        let reasons = reasons + [.settling(digest, since: since)]
        if let record, let origin, here.value != record.digest {
            return .drifted(.putBack(record, under: [tag], otherwise: .copy(origin.upstream)), reasons)
        }
        let why = "\(digest.short) is to stand for \(settle.text) before it is copied"
        return .waiting(until: since + settle, why: why, reasons)
    }

    /// What can be done without the upstream, which is to put back what is remembered; nil if that is in place.
    private func withoutUpstream(_ why: String) -> Verdict? {
        guard !isForced, let record, here.value != record.digest else { return nil }
        let reason: Reason =
            here.value.map { .overwritten(tag, expected: record.digest, seen: $0) } ?? .missing(tag)
        return .drifted(.putBack(record, under: [tag], otherwise: nil), [reason, .lookFailed(why)])
    }
}
