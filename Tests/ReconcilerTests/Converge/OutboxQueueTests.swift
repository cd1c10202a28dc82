import Testing

@testable import Reconciler

struct OutboxQueueTests {
    private static let now = Moment(seconds: 1_800_000_000)

    private static func record(
        _ number: Int,
        url: String = "https://a",
        age: Duration = .zero,
        next: Duration = .zero,
        isHeld: Bool = false
    ) -> DeliveryRecord {
        DeliveryRecord(
            id: DeliveryID(),
            number: number,
            image: .build("i\(number)"),
            url: url,
            headers: [:],
            body: "{}",
            created: Moment(milliseconds: now.milliseconds - Int64(age.inSeconds * 1_000)),
            state: .waiting(.init(next: now + next, isHeld: isHeld, reason: nil))
        )
    }

    private static func queue(_ records: DeliveryRecord..., elapsed: Duration = .zero) -> OutboxQueue {
        var queue = OutboxQueue()
        for record in records { queue.insert(record, now: now, elapsed: elapsed) }
        return queue
    }

    @Test func `a URL is called in the order of the numbers, one at a time`() throws {
        var queue = Self.queue(Self.record(3), Self.record(1), Self.record(2))
        for number in 1...3 {
            let item = try #require(queue.take(elapsed: .zero, atMost: 9).first)
            #expect(item.record.number == number)
            #expect(queue.take(elapsed: .zero, atMost: 9).isEmpty)
            #expect(queue.nextDue == nil)
            queue.finish(item)
        }
        #expect(queue.records.isEmpty)
    }

    @Test func `one under way stays first whatever is added`() throws {
        var queue = Self.queue(Self.record(5))
        let item = try #require(queue.take(elapsed: .zero, atMost: 1).first)
        queue.insert(Self.record(4), now: Self.now, elapsed: .zero)
        queue.finish(item)
        #expect(queue.records.map(\.number) == [4])
    }

    @Test func `as many are taken as there is room for, the longest due first`() {
        var queue = Self.queue(
            Self.record(1, url: "https://a", next: .seconds(9)),
            Self.record(2, url: "https://b", next: .seconds(5)),
            Self.record(3, url: "https://c", next: .seconds(60))
        )
        #expect(queue.nextDue == .seconds(5))
        #expect(queue.take(elapsed: .seconds(10), atMost: 1).map(\.record.number) == [2])
        #expect(queue.take(elapsed: .seconds(10), atMost: 8).map(\.record.number) == [1])
        #expect(queue.nextDue == .seconds(60))
        #expect(queue.take(elapsed: .seconds(60), atMost: 0).isEmpty)
    }

    @Test func `one put back holds its URL until it is due`() throws {
        var queue = Self.queue(Self.record(1), Self.record(2))
        let item = try #require(queue.take(elapsed: .zero, atMost: 1).first)
        queue.putBack(item.record, due: .seconds(15))
        #expect(queue.take(elapsed: .seconds(14), atMost: 1).isEmpty)
        #expect(queue.take(elapsed: .seconds(15), atMost: 1).map(\.record.number) == [1])
    }

    @Test(arguments: [
        // age and pause as stamped, then what is made of them
        (100, 60, false, 100, 60), (-100, 60, false, 0, 60), (0, -60, false, 0, 0), (0, 999_999, false, 0, 3_600),
        (0, 7_200, true, 0, 7_200), (0, 999_999, true, 0, 86_400),
    ])
    func `stamps are clamped to what can be`(age: Int, next: Int, isHeld: Bool, isAge: Int, isNext: Int) throws {
        let record = Self.record(1, age: .seconds(age), next: .seconds(next), isHeld: isHeld)
        var queue = Self.queue(record, elapsed: .seconds(1_000))
        let item = try #require(queue.take(elapsed: .seconds(1_000_000), atMost: 1).first)
        #expect(item.created == .seconds(1_000 - isAge))
        #expect(item.due == .seconds(1_000 + isNext))
    }

    @Test func `a single pass minds no pause but the one that a receiver asked for`() {
        var queue = Self.queue(
            Self.record(1, url: "https://a", next: .seconds(60)),
            Self.record(2, url: "https://b", next: .seconds(60), isHeld: true)
        )
        #expect(queue.takeAll(elapsed: .zero).map(\.record.number) == [1])
        #expect(queue.takeAll(elapsed: .seconds(60)).map(\.record.number) == [2])
    }

    @Test func `the status tells when each may be tried, behind those before it`() {
        let waiting = [Self.record(1, next: .seconds(60)), Self.record(2), Self.record(3, url: "https://b?key=canary")]
        let status = OutboxStatus(waiting)
        #expect(status.pending.map(\.nextTry) == [Self.now + .seconds(60), Self.now + .seconds(60), Self.now])
        #expect(status.pending.map(\.url) == ["https://a", "https://a", "https://b?…"])
    }
}
