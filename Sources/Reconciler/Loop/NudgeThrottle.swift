/// Keeps the looks that nudges ask for apart: each source at most once in each gap, and none of them lost.
///
/// It holds no clock: the loop says what time it is, adds the nudges it took, and looks at what is due.
struct NudgeThrottle<Source: Hashable & Sendable, Instant: InstantProtocol<Duration>>: Sendable {
    private let gap: Duration
    /// The last look at each source on account of a nudge; entries older than the gap mean nothing and go.
    private var lastLooks: [Source: Instant] = [:]
    /// When each source that was asked for may be looked at.
    private var asked: [Source: Instant] = [:]

    init(gap: Duration = .seconds(10)) { self.gap = gap }

    /// The earliest time at which `takeDue` has something; nil if nothing was asked for.
    var nextDue: Instant? { asked.values.min() }

    /// Asks for an early look at `sources`; what was looked at less than a gap ago becomes due when that has passed.
    mutating func ask(for sources: some Sequence<Source>, at now: Instant) {
        for source in sources where asked[source] == nil {
            asked[source] = lastLooks[source].map { max(now, $0.advanced(by: gap)) } ?? now
        }
    }

    /// The sources to look at now; each counts as looked at.
    mutating func takeDue(at now: Instant) -> Set<Source> {
        let due = Set(asked.filter { $0.value <= now }.keys)
        lastLooks = lastLooks.filter { now < $0.value.advanced(by: gap) }
        for source in due {
            asked[source] = nil
            lastLooks[source] = now
        }
        return due
    }
}
