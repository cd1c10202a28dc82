/// Runs `body` for each item, at most `limit` at a time, and returns the results in the order of the items.
func sideBySide<Item: Sendable, Value: Sendable>(
    _ items: [Item],
    atMost limit: Int,
    _ body: @escaping @Sendable (Item) async -> Value
) async -> [Value] {
    await withTaskGroup(of: (Int, Value).self) { group in
        var results = [Value?](repeating: nil, count: items.count)
        var next = 0
        func startNext() {
            guard next < items.count else { return }
            let place = next
            next += 1
            group.addTask { (place, await body(items[place])) }
        }
        for _ in 0..<max(1, limit) { startNext() }
        while let (place, value) = await group.next() {
            results[place] = value
            startNext()
        }
        return results.compactMap(\.self)
    }
}
