import Synchronization
import Testing

@testable import Reconciler

struct InOrderTests {
    private struct Item: Identifiable, Sendable {
        let id: String
    }

    /// What happened: `+a` when `a` began, `-a` when it ended.
    private func run(
        _ lanes: [(items: [String], width: Int)],
        after: [String: [String]] = [:]
    ) async -> [String] {
        let events = Mutex<[String]>([])
        await inOrder(lanes.map { ($0.items.map(Item.init), $0.width) }, after: after) { item in
            events.withLock { $0.append("+" + item.id) }
            for _ in 1...20 { await Task.yield() }
            events.withLock { $0.append("-" + item.id) }
        }
        return events.withLock { $0 }
    }

    @Test func `what waits for nothing goes in the order of its lane, no more at a time than the lane is wide`() async {
        #expect(await run([(["a", "b", "c"], 1)]) == ["+a", "-a", "+b", "-b", "+c", "-c"])
        let wide = await run([((1...40).map(String.init), 3)])
        var (now, most) = (0, 0)
        for event in wide {
            now += event.hasPrefix("+") ? 1 : -1
            most = max(most, now)
        }
        #expect(wide.count == 80 && most == 3)
    }

    @Test func `an item begins once all that it waits for has ended, in its own lane or another`() async throws {
        let after = ["a": ["m", "b"], "c": ["nowhere"], "d": ["a", "a"]]
        let events = await run([(["a", "b", "c", "d"], 4), (["m"], 1)], after: after)
        let place = Dictionary(events.enumerated().map { ($1, $0) }) { first, _ in first }
        #expect(events.count == 10)
        for (later, sooner) in [("+a", "-m"), ("+a", "-b"), ("+d", "-a")] {
            #expect(try #require(place[later]) > #require(place[sooner]))
        }
    }

    @Test func `those in a circle never begin, and hold up nobody else`() async {
        let events = await run([(["a", "b", "c"], 2)], after: ["a": ["b"], "b": ["a"]])
        #expect(events == ["+c", "-c"])
    }
}
