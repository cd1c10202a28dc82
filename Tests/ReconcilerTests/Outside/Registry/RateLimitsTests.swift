import Synchronization
import Testing

@testable import Reconciler

struct RateLimitsTests {
    private final class Hands: Sendable {
        private let time = Mutex(Moment(seconds: 1_700_000_000))

        var now: Moment { time.withLock { $0 } }
        func turn(_ seconds: Int64) { time.withLock { $0 = $0 + .seconds(seconds) } }
    }

    private let hands = Hands()
    private let limits: RateLimits
    private let hub = RegistryHost.dockerHub

    init() { limits = RateLimits { [hands] in hands.now } }

    private func say(_ remaining: Int) throws {
        let head = "ratelimit-limit: 100;w=21600\r\nratelimit-remaining: \(remaining);w=21600\r\n"
        limits.note(try #require(RateAllowance(HTTPHeaders(Array(head.utf8)))), of: hub)
    }

    @Test func `a registry that says nothing of an allowance allows everything`() {
        #expect(limits.reserve(1_000, at: hub) == nil)
    }

    @Test func `pulls stop short of the last tenth, those under way counted, until the window ends`() throws {
        try say(20)
        let end = hands.now + .seconds(21_600)
        #expect(limits.reserve(7, at: hub) == nil)
        #expect(limits.reserve(4, at: hub) == .until(end))
        #expect(limits.reserve(3, at: hub) == nil, "what is smaller goes on")
        #expect(limits.reserve(1, at: hub) == .until(end), "what is left is for people")
        limits.release(10, at: hub)
        try say(10)
        #expect(limits.reserve(1, at: hub) == .until(end))
        #expect(limits.reserve(91, at: hub) == .never(most: 90))
        hands.turn(21_600)
        #expect(limits.reserve(11, at: hub) == nil, "the window has ended, and nobody knows how many there are")
        try say(100)
        #expect(limits.reserve(79, at: hub) == nil)
    }

    @Test func `a window ends a length after it was first heard of, and a number that grows begins another`() throws {
        try say(50)
        let end = hands.now + .seconds(21_600)
        hands.turn(3_600)
        try say(40)
        try say(42)
        #expect(limits.standings[hub]?.windowEnd == end, "answers may come out of order")
        hands.turn(3_600)
        try say(100)
        #expect(limits.standings[hub]?.windowEnd == hands.now + .seconds(21_600))
    }

    @Test func `a 429 is heeded as long as it says, else until the window ends, and nothing shortens it`() throws {
        limits.noteRefusal(retryAfter: .seconds(600), by: hub)
        let until = hands.now + .seconds(600)
        #expect(limits.quiet(at: hub) == until)
        limits.noteRefusal(retryAfter: .seconds(5), by: hub)
        #expect(limits.quiet(at: hub) == until)
        hands.turn(600)
        #expect(limits.quiet(at: hub) == nil)
        limits.noteRefusal(retryAfter: nil, by: hub)
        #expect(limits.quiet(at: hub) == hands.now + .seconds(300))
        try say(0)
        limits.noteRefusal(retryAfter: nil, by: hub)
        #expect(limits.quiet(at: hub) == hands.now + .seconds(21_600))
    }

    @Test func `what was known before a restart counts, but no clock that ran ahead`() {
        limits.restore([hub: RateLimits.Standing(quietUntil: hands.now + .seconds(86_400 * 400))])
        #expect(limits.quiet(at: hub) == hands.now + .seconds(86_400 * 7))
        let standing = RateLimits.Standing(
            quietUntil: hands.now,
            remaining: 3,
            limit: 100,
            windowEnd: hands.now + .seconds(1),
            rejected: CredentialMark("0123abcd")
        )
        #expect(RateLimits.Standing(standing.json) == standing)
    }
}
