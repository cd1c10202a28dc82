/// Runs `body` for each item, at most `limit` at a time, and returns the results in the order of the items.
func sideBySide<Item: Sendable, Value: Sendable>(
    _ items: [Item],
    atMost limit: Int,
    _ body: @escaping @Sendable (Item) async -> Value
) async -> [Value] {
    var results = [Value?](repeating: nil, count: items.count)
    await sideBySide(items, atMost: limit, body) { results[$0] = $1 }
    return results.compactMap(\.self)
}

/// Runs `body` for each item, at most `limit` at a time, and hands each result to `take` as it comes, with the place of
/// its item: many results need not be in memory together.
func sideBySide<Item: Sendable, Value: Sendable>(
    _ items: [Item],
    atMost limit: Int,
    _ body: @escaping @Sendable (Item) async -> Value,
    _ take: (Int, Value) -> Void
) async {
    await withTaskGroup(of: (Int, Value).self) { group in
        var next = 0
        func startNext() {
            guard next < items.count else { return }
            let place = next
            next += 1
            group.addTask { (place, await body(items[place])) }
        }
        for _ in 0..<max(1, limit) { startNext() }
        while let (place, value) = await group.next() {
            take(place, value)
            startNext()
        }
    }
}
