import Testing

@testable import Reconciler

struct NudgePendingTests {
    @Test
    func `many nudges are one, taken once`() {
        let pending = PendingNudges()
        #expect(pending.take() == nil)
        for name in ["a", "b", "a"] { pending.add(.repositories([name])) }
        #expect(pending.take() == .repositories(["a", "b"]))
        #expect(pending.take() == nil)
        pending.add(.repositories(["a"]))
        pending.add(.everything)
        pending.add(.repositories(["b"]))
        #expect(pending.take() == .everything)
    }

    @Test
    func `more than a thousand repositories are everything`() {
        let pending = PendingNudges()
        for number in 0..<1_000 { pending.add(.repositories(["r\(number)"])) }
        #expect(pending.take() != .everything)
        for number in 0...1_000 { pending.add(.repositories(["r\(number)"])) }
        #expect(pending.take() == .everything)
    }

    @Test
    func `who waits is woken by a nudge, before or after it began to wait`() async {
        let pending = PendingNudges()
        for number in 0..<200 {
            let expected = Nudge.repositories(["\(number)"])
            async let nudge = pending.next()
            if number % 2 == 0 { await Task.yield() }
            pending.add(expected)
            #expect(await nudge == expected)
        }
    }

    @Test
    func `who waits can be cancelled, and loses no nudge`() async {
        let pending = PendingNudges()
        for _ in 0..<200 {
            let waiter = Task { await pending.next() }
            let other = Task { await pending.arrival() }
            await Task.yield()
            waiter.cancel()
            other.cancel()
            #expect(await waiter.value == nil)
            await other.value
        }
        pending.add(.everything)
        await pending.arrival()
        #expect(pending.take() == .everything)
    }

    @Test
    func `a nudge is shown in a log without what could drive a terminal`() {
        let nudge = Nudge.repositories([
            "a/\u{1b}[2J\n\u{202e}b", "c", "d", "e", "f", String(repeating: "z", count: 999),
        ])
        #expect(nudge.description == "a/\\u{1b}[2J\\n\\u{202e}b, c, d, e and 2 more")
        #expect(Nudge.everything.description == "everything")
    }
}

struct NudgeThrottleTests {
    private let start = ContinuousClock.now

    @Test
    func `the first nudge is a look at once, the next when ten seconds are over, and it is not lost`() {
        var throttle = NudgeThrottle<String, ContinuousClock.Instant>()
        throttle.ask(for: ["a"], at: start)
        #expect(throttle.takeDue(at: start) == ["a"])
        throttle.ask(for: ["a"], at: start + .seconds(3))
        throttle.ask(for: ["a", "b"], at: start + .seconds(9))
        #expect(throttle.takeDue(at: start + .seconds(9)) == ["b"])
        #expect(throttle.nextDue == start + .seconds(10))
        #expect(throttle.takeDue(at: start + .seconds(10)) == ["a"])
        #expect(throttle.nextDue == nil)
        #expect(throttle.takeDue(at: start + .seconds(60)) == [])
        throttle.ask(for: ["a"], at: start + .seconds(61))
        #expect(throttle.takeDue(at: start + .seconds(61)) == ["a"])
    }

    @Test
    func `a hundred thousand nudges in a minute and a half are ten looks`() {
        let pending = PendingNudges()
        var throttle = NudgeThrottle<String, ContinuousClock.Instant>()
        var looks = 0
        for number in 0..<100_000 {
            let now = start + .milliseconds(number * 95_000 / 100_000)
            pending.add(number % 2 == 0 ? .everything : .repositories(["a"]))
            if pending.take() != nil { throttle.ask(for: ["a"], at: now) }
            looks += throttle.takeDue(at: now).count
        }
        #expect(looks == 10)
        #expect(throttle.takeDue(at: start + .seconds(100)) == ["a"], "the last of them still has its look")
    }
}
