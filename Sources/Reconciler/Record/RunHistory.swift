/// One try to put an image right.
struct Run: Sendable, Equatable {
    enum Result: String, Sendable {
        case built
        case copied
        case putBack = "put-back"
        case failed
    }

    let start: Moment
    let duration: Duration
    let result: Result

    /// `[start, seconds, "built"]`, the start in seconds since 1970.
    var json: JSON { [.number(Int(start.seconds)), .number(duration.inSeconds), .string(result.rawValue)] }

    init(start: Moment, duration: Duration, result: Result) {
        self.start = start
        self.duration = duration
        self.result = result
    }

    /// Reads back what `json` writes; nil for anything else.
    init?(_ json: JSON) {
        guard let parts = json.array, parts.count == 3, let start = parts[0].int, let seconds = parts[1].double,
            (0..<1e9).contains(seconds), let result = parts[2].string.flatMap({ Result(rawValue: $0) })
        else { return nil }
        self.init(
            start: Moment(seconds: Int64(start)),
            duration: .milliseconds(Int64((seconds * 1_000).rounded())),
            result: result
        )
    }
}

/// What the state file remembers for people: an image's last tries, and why it last changed.
struct RunHistory: Sendable, Equatable {
    static let mostRuns = 20
    private static let longestReason = 300

    /// The last tries, oldest first.
    private(set) var runs: [Run] = []
    /// Why the image was last built, copied or put back; nil if it never was.
    private(set) var reason: String?
    /// When that was.
    private(set) var changed: Moment?

    /// The history with one more try, which was made for `reason`.
    func adding(_ run: Run, _ reason: String) -> RunHistory {
        var longer = self
        longer.runs = (runs + [run]).suffix(Self.mostRuns)
        if run.result != .failed {
            longer.reason = String(visible(reason).unicodeScalars.prefix(Self.longestReason))
            longer.changed = run.start + run.duration
        }
        return longer
    }

    var json: JSON {
        JSON(members: [
            ("runs", .list(runs.map(\.json))), ("reason", reason.map { .string($0) }),
            ("changed", changed.map { .number(Int($0.milliseconds)) }),
        ])
    }

    init() {}

    /// Reads back what `json` writes; nil for anything else.
    init?(_ json: JSON) {
        guard let runs = json["runs"]?.array?.map({ Run($0) }), !runs.contains(nil) else { return nil }
        self.runs = runs.compactMap(\.self).suffix(Self.mostRuns)
        reason = json["reason"]?.string
        changed = json["changed"]?.int.map { Moment(milliseconds: Int64($0)) }
    }
}
