/// Runs `body` for everything in `lanes`, in each lane at most as many at a time as its width.
///
/// An item begins once all that `after` names for it has ended, as far as that is in a lane itself; those in a circle
/// never begin.
func inOrder<Item: Identifiable & Sendable>(
    _ lanes: [(items: [Item], width: Int)],
    after: [Item.ID: [Item.ID]],
    _ body: @escaping @Sendable (Item) async -> Void
) async where Item.ID: Sendable {
    var order = Succession(lanes.map(\.items), after)
    var ready = lanes.map { lane in order.isEmpty ? lane.items[...] : lane.items.filter { !order.waits($0.id) }[...] }
    var running = lanes.map { _ in 0 }
    await withTaskGroup(of: (Item.ID, lane: Int).self) { group in
        func startNext(in lane: Int) {
            while running[lane] < max(1, lanes[lane].width), let item = ready[lane].popFirst() {
                running[lane] += 1
                group.addTask {
                    await body(item)
                    return (item.id, lane)
                }
            }
        }
        for lane in lanes.indices { startNext(in: lane) }
        while let (ended, lane) = await group.next() {
            running[lane] -= 1
            for (item, lane) in order.released(by: ended) { ready[lane].append(item) }
            for lane in lanes.indices { startNext(in: lane) }
        }
    }
}

/// Who waits for whom; of those that wait for nothing, which may be many, it knows nothing.
private struct Succession<Item: Identifiable> {
    private var missing: [Item.ID: Int] = [:]
    private var followers: [Item.ID: [(item: Item, lane: Int)]] = [:]

    init(_ lanes: [[Item]], _ after: [Item.ID: [Item.ID]]) {
        let named = Set(after.values.joined())
        let there = named.isEmpty ? [] : Set(lanes.joined().lazy.map(\.id).filter(named.contains))
        for (lane, items) in lanes.enumerated() where !there.isEmpty {
            for item in items {
                let before = Set(after[item.id] ?? []).intersection(there)
                if !before.isEmpty { missing[item.id] = before.count }
                for other in before { followers[other, default: []].append((item, lane)) }
            }
        }
    }

    var isEmpty: Bool { missing.isEmpty }

    func waits(_ id: Item.ID) -> Bool { missing[id] != nil }

    /// Those that need not wait any longer now that `id` has ended.
    mutating func released(by id: Item.ID) -> [(item: Item, lane: Int)] {
        (followers[id] ?? []).filter { follower in
            missing[follower.item.id, default: 1] -= 1
            return missing[follower.item.id] == 0
        }
    }
}
