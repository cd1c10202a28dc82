/// What came of putting one image right, and so what happens next.
enum Outcome: Sendable {
    /// `news` is the line for the log, to be said once the record is on disk.
    case converged(ImageRecord, news: String)
    /// A build gave the image that was there already: no webhook is told of it.
    case same(ImageRecord, news: String)
    /// It failed in a way that time may mend; `after` is what the other side asked for, nil leaves it to the backoff.
    ///
    /// `output` are the last lines of a command that failed, for the log.
    case retry(after: Duration?, why: String, output: [String] = [])
    /// A rule of its own holds it back until then.
    case waiting(until: Moment, why: String)
    /// It fails in the same way until what is desired, or its source, changes.
    case stalled(why: String)
    /// The pass ended before it was done.
    case cancelled
}

extension Outcome {
    /// Whether there may be an image that was not there before.
    var isNew: Bool {
        guard case .converged = self else { return false }
        return true
    }

    /// What was done, if it was.
    var record: ImageRecord? {
        switch self {
        case .converged(let record, _), .same(let record, _): record
        case .retry, .waiting, .stalled, .cancelled: nil
        }
    }

    /// Until when a rule of its own holds it back, if one does.
    var until: Moment? {
        guard case .waiting(let until, _) = self else { return nil }
        return until
    }

    /// What to say of it, if it was done.
    var news: String? {
        switch self {
        case .converged(_, let news), .same(_, let news): news
        case .retry, .waiting, .stalled, .cancelled: nil
        }
    }

    /// What a registry's refusal means for the image.
    init(_ error: RegistryError) {
        switch error.kind {
        case .cancelled: self = .cancelled
        case .allowanceSpent(let until): self = .waiting(until: until, why: error.detail)
        case .rateLimited(let after), .transient(let after): self = .retry(after: after, why: error.description)
        case .notFound, .unauthorized, .refused: self = .retry(after: nil, why: error.description)
        }
    }
}
