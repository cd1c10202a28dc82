extension Verdict {
    /// The image that stood in the registry before, though nothing may be remembered of it.
    var recognised: ImageRecord? {
        switch self {
        case .drifted(.putBack(let record, _, _), _), .drifted(.copyReferrers(let record), _): record
        default: nil
        }
    }

    /// What is tried, for telling a new try from a repeated one.
    var fingerprint: String {
        switch self {
        case .drifted(let action, _): action.fingerprint
        default: "look"
        }
    }

    /// What the try of an action amounts to; nil if it was cut short.
    func result(of outcome: Outcome) -> Run.Result? {
        switch (outcome, self) {
        case (.cancelled, _), (.waiting, _): nil
        case (.retry, _), (.stalled, _): .failed
        case (.converged, .drifted(.build, _)), (.same, _): .built
        case (.converged, .drifted(.copy, _)), (.converged, .drifted(.copyReferrers, _)): .copied
        case (.converged, _): .putBack
        }
    }

    /// The reasons in one line, with the first line of the message of the commit that is built, in quotes, if they do
    /// not tell it.
    func telling(_ reasons: [Reason]) -> String {
        let words = reasons.map(\.description).joined(separator: "; ")
        guard case .drifted(.build(_, let source, _), _) = self else { return words }
        let subject = source.commit.subject
        return subject.isEmpty || words.contains(subject) ? words : "\(words) “\(subject)”"
    }

    var attempt: String {
        switch self {
        case .drifted(let action, _): action.verb
        default: "look"
        }
    }
}

extension Action {
    var fingerprint: String {
        switch self {
        case .build(let inputs, _, let tags): inputs.fingerprint + tags.map(\.description).joined(separator: " ")
        case .copy(let digest): digest.description
        case .copyReferrers(let record): "referrers of \(record.digest)"
        case .putBack(let record, let tags, _): "\(record.digest) \(tags.map(\.description).joined(separator: " "))"
        }
    }
}

extension [Reason] {
    /// The new digest that is waited for, if one is.
    var settling: SettlingRecord? {
        for case .settling(let digest, let since) in self { return SettlingRecord(digest: digest, since: since) }
        return nil
    }
}

extension Verdict {
    /// Whether something is to be built, copied or put back.
    var needsWork: Bool {
        guard case .drifted = self else { return false }
        return true
    }
}
