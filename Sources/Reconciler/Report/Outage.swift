/// Something that may go wrong for a while: said once when it begins, and once when it ends, with how long it lasted.
struct Outage: Sendable {
    private var began: Moment?

    /// Whether it goes on.
    var isOn: Bool { began != nil }

    /// What to log of how things are at `now`, if that is news; `why` is nil when all is well.
    mutating func line(_ why: String?, end: String, at now: Moment = .current()) -> String? {
        switch (why, began) {
        case (let why?, nil):
            began = now
            return why
        case (nil, let start?):
            began = nil
            return "\(end), after \(lasting(from: start, to: now))"
        default: return nil
        }
    }
}

/// `2h3m`: for how long something lasted, by a clock that may have been set back.
func lasting(from start: Moment, to end: Moment) -> String { max(.zero, end - start).text }
