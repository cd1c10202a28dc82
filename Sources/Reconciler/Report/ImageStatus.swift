/// What people see of one image.
struct ImageStatus: Sendable, Equatable {
    enum Condition: Sendable, Equatable {
        case inLine
        /// It is due, or a rule of its own holds it back.
        case waiting(why: String, until: Moment?)
        indirect case working(Work)
        case failing(why: String)
        case paused
        /// A look failed, so nobody knows.
        case unknown(why: String)
    }

    /// What is being done right now.
    struct Work: Sendable, Equatable {
        /// `build`, `copy` or `put back`.
        let verb: String
        let reasons: [Reason]
        let began: Moment
        /// The last line of output; nil for a copy.
        var line: String?
        var bytes: Int64 = 0
        /// How many bytes it will be; nil while nobody knows.
        var total: Int64?
    }

    /// Where an image comes from or stands: a commit, a digest, or both.
    struct Side: Sendable, Equatable {
        private struct Commit: Sendable, Equatable {
            let id: ObjectID?
            let subject: String?
        }

        @Apart private var source: Commit?
        var digest: Digest?

        init(commit: ObjectID? = nil, subject: String? = nil, digest: Digest? = nil) {
            self.digest = digest
            if commit != nil || subject != nil { source = Commit(id: commit, subject: subject) }
        }

        var commit: ObjectID? { source?.id }
        /// The first line of the commit's message.
        var subject: String? { source?.subject }
    }

    /// How the image stood when an earlier run was last heard of.
    struct Former: Sendable, Equatable {
        let condition: String
        let since: Moment
    }

    let image: ImageID
    /// The repository or the upstream image, without secrets.
    let source: String
    var desired = Side()
    private(set) var actual = Side()
    /// The bytes of the image here, if they were counted.
    private(set) var size: Int64?
    /// The images that it is built on, each with the manifest it was when that was done.
    private(set) var bases: [String: Digest] = [:]
    private(set) var condition: Condition
    /// Since when the condition has this name.
    private(set) var since: Moment
    /// Until the first look has told whether that goes on.
    @Apart private var former: Former?
    @Apart var failure: FailureRecord?
    var history: RunHistory

    /// An image as the state file alone tells of it.
    init(_ image: ImageID, source: String, _ recorded: Recorded, former: Former? = nil, now: Moment) {
        self.image = image
        _former = Apart(wrappedValue: former)
        self.source = source
        history = recorded[runs: image]
        let failure = recorded[failure: image]
        _failure = Apart(wrappedValue: failure)
        let record = recorded[image: image]
        if let failure {
            let isUnknown = former?.condition == "unknown"
            condition = isUnknown ? .unknown(why: failure.reason) : .failing(why: failure.reason)
        } else if record != nil {
            condition = .inLine
        } else {
            condition = .waiting(why: "not looked at yet", until: nil)
        }
        since = failure?.since ?? history.changed ?? record?.time ?? former?.since ?? now
        if let record { holds(record) }
    }

    /// Takes up what stands in the registry by now.
    mutating func holds(_ record: ImageRecord) {
        (actual, size, bases) = (Side(record), record.size, [:])
        if case .build(let origin) = record.origin { bases = origin.inputs.bases }
    }

    /// Since when it fails or cannot be looked at, a try that is under way included; nil if it does not.
    var failingSince: Moment? {
        switch condition {
        case .failing, .unknown: since
        case .waiting, .working: failure?.since
        case .inLine, .paused: nil
        }
    }

    mutating func becomes(_ next: Condition, at now: Moment) {
        if next.name != condition.name {
            since = former?.condition == next.name ? former?.since ?? now : now
            switch next {
            case .failing, .unknown: since = failure?.since ?? since
            case .inLine: since = history.changed ?? since
            case .waiting, .working, .paused: break
            }
        }
        former = nil
        condition = next
    }
}

extension ImageStatus.Former {
    /// Reads an image of `status.json` back; nil for anything else.
    static func read(_ json: JSON) -> (ImageID, ImageStatus.Former)? {
        guard let kind = json["kind"]?.string.flatMap({ ImageID.Kind(rawValue: $0) }), let name = json["image"]?.string,
            let condition = json["state"]?.string, let since = json["since"]?.int, since >= 0
        else { return nil }
        let moment = Moment(seconds: Int64(clamping: min(since, 1 << 40)))
        return (ImageID(kind: kind, description: name), ImageStatus.Former(condition: condition, since: moment))
    }
}

extension ImageStatus.Side {
    fileprivate init(_ record: ImageRecord) {
        var commit: ObjectID?
        if case .build(let origin) = record.origin { commit = origin.commit }
        self.init(commit: commit, digest: record.digest)
    }
}

extension ImageStatus.Condition {
    /// The word for programs and for the page's filter.
    var name: String {
        switch self {
        case .inLine: "in-line"
        case .waiting: "waiting"
        case .working: "working"
        case .failing: "failing"
        case .paused: "paused"
        case .unknown: "unknown"
        }
    }

    /// All names, the most urgent first.
    static let names = ["failing", "unknown", "working", "waiting", "paused", "in-line"]

    /// The condition in which a look found the image.
    init(_ verdict: Verdict) {
        switch verdict {
        case .inLine, .learn: self = .inLine
        case .drifted(let action, let reasons):
            self = .waiting(
                why: "due to \(action.verb): \(reasons.map(\.description).joined(separator: "; "))",
                until: nil
            )
        case .waiting(let until, let why, _): self = .waiting(why: why, until: until)
        case .paused: self = .paused
        case .unknown(let why): self = .unknown(why: why)
        case .stalled(let why): self = .failing(why: why)
        }
    }
}
