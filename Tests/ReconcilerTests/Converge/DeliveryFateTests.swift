import Testing

@testable import Reconciler

struct DeliveryFateTests {
    private static func fate(
        _ answer: DeliveryAnswer,
        tries: Int = 0,
        age: Duration = .zero
    ) -> DeliveryFate {
        DeliveryFate(after: answer, tries: tries, age: age, jitter: 0.5)
    }

    @Test(arguments: [200, 201, 202, 204, 299])
    func `2xx is success`(status: Int) {
        #expect(Self.fate(.status(status, retryAfter: nil)) == .delivered)
    }

    @Test(arguments: [408, 429, 500, 502, 503, 504, 599])
    func `a receiver in trouble is tried again`(status: Int) {
        let again = DeliveryFate.again(after: .seconds(1), isHeld: false, reason: "answered \(status)")
        #expect(Self.fate(.status(status, retryAfter: nil)) == again)
    }

    @Test(arguments: [301, 302, 304, 307, 308, 400, 401, 403, 404, 405, 410, 413, 418, 600])
    func `any other answer gives it up, a redirect too`(status: Int) {
        #expect(Self.fate(.status(status, retryAfter: .seconds(1))) == .givenUp("answered \(status)"))
    }

    @Test func `no answer is tried again, a rule's refusal is not`() {
        #expect(Self.fate(.unanswered("cannot connect")).isAgain)
        #expect(Self.fate(.refused("link-local")) == .givenUp("link-local"))
    }

    @Test func `pauses grow from a second to an hour`() {
        let pauses = (0..<12).map { DeliveryFate.pause(after: $0 + 1, jitter: 0.5) }
        #expect(pauses == pauses.sorted())
        #expect(pauses.first == .seconds(1))
        #expect(pauses.last == .seconds(3_600))
        #expect(DeliveryFate.pause(after: 30, jitter: 1) == .seconds(3_600))
        #expect(DeliveryFate.pause(after: 3, jitter: 0) == .seconds(4))
        #expect(DeliveryFate.pause(after: 3, jitter: 1) == .seconds(6))
    }

    @Test(arguments: [
        // tries before, what is asked for, the pause that follows, whether it counts as asked for
        (0, 10, 10, true), (0, 7_200, 7_200, true), (0, 0, 1, false), (9, 120, 120, false), (9, 5, 60, false),
    ])
    func `what the receiver asks for is honoured`(tries: Int, asked: Int, pause: Int, isHeld: Bool) {
        let fate = Self.fate(.status(429, retryAfter: .seconds(asked)), tries: tries)
        #expect(fate == .again(after: .seconds(pause), isHeld: isHeld, reason: "answered 429"))
    }

    @Test func `the last try comes at the end of the day`() {
        let late = Self.fate(.status(500, retryAfter: .seconds(600)), tries: 30, age: .seconds(86_390))
        #expect(late == .again(after: .seconds(10), isHeld: false, reason: "answered 500"))
        let over = Self.fate(.unanswered("cannot connect"), tries: 31, age: .seconds(86_400))
        #expect(over == .givenUp("cannot connect, and a day is over"))
        #expect(Self.fate(.status(200, retryAfter: nil), age: .seconds(90_000)) == .delivered)
    }
}

extension DeliveryFate {
    fileprivate var isAgain: Bool { if case .again = self { true } else { false } }
}
