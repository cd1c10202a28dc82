/// Why the last try for an image failed, and when the next one is due.
struct FailureRecord: Sendable, Equatable {
    /// No try is ever put off for longer, but by a registry that asks for it: an hour, and the fifth that spreads tries.
    static let longestWait = Duration.seconds(72 * 60)
    /// What a registry may ask for at the most.
    private static let longestAsked = Duration.seconds(7 * 86_400)

    /// One line for people.
    let reason: String
    /// When the row of failures began.
    let since: Moment
    /// Failed tries in a row, one or more.
    let tries: Int
    let nextTry: Moment
    /// What was tried; a different desire or input is tried at once.
    let fingerprint: String
    /// Whether a registry asked for the wait.
    var isAsked = false

    /// Whether its next try is still to come; a stamp further off than any wait comes from a clock that was set back.
    func waits(at now: Moment) -> Bool {
        nextTry > now && nextTry - now <= (isAsked ? Self.longestAsked : Self.longestWait)
    }

    var json: JSON {
        JSON(members: [
            ("reason", .string(reason)), ("since", .number(Int(since.milliseconds))), ("tries", .number(tries)),
            ("next", .number(Int(nextTry.milliseconds))), ("of", .string(fingerprint)),
            ("asked", isAsked ? JSON(.bool(true)) : nil),
        ])
    }

    init(reason: String, since: Moment, tries: Int, nextTry: Moment, fingerprint: String, isAsked: Bool = false) {
        self.reason = reason
        self.since = since
        self.tries = tries
        self.nextTry = nextTry
        self.fingerprint = fingerprint
        self.isAsked = isAsked
    }

    /// Reads back what `json` writes; nil for anything else.
    init?(_ json: JSON) {
        guard let reason = json["reason"]?.string, let since = json["since"]?.int, let tries = json["tries"]?.int,
            let next = json["next"]?.int, let fingerprint = json["of"]?.string
        else { return nil }
        self.init(
            reason: reason,
            since: Moment(milliseconds: Int64(since)),
            tries: max(1, tries),
            nextTry: Moment(milliseconds: Int64(next)),
            fingerprint: fingerprint,
            isAsked: json["asked"]?.bool ?? false
        )
    }
}
