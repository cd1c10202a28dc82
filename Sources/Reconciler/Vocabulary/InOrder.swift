/// Runs `body` for everything in `lanes`, in each lane at most as many at a time as its width.
///
/// An item begins once all that `after` names for it has ended, as far as that is in a lane itself; those in a circle
/// never begin.
func inOrder<ID: Hashable & Sendable>(
    _ lanes: [(items: [ID], width: Int)],
    after: [ID: [ID]],
    _ body: @escaping @Sendable (ID) async -> Void
) async {
    let all = Set(lanes.flatMap(\.items))
    var (missing, followers): ([ID: Int], [ID: [ID]]) = ([:], [:])
    for item in all {
        let before = Set(after[item] ?? []).intersection(all)
        missing[item] = before.count
        for other in before { followers[other, default: []].append(item) }
    }
    let lane = Dictionary(lanes.enumerated().flatMap { number, lane in lane.items.map { ($0, number) } }) { $1 }
    var ready = lanes.map { lane in lane.items.filter { missing[$0] == 0 } }
    var running = lanes.map { _ in 0 }
    await withTaskGroup(of: ID.self) { group in
        func startNext(in lane: Int) {
            while running[lane] < max(1, lanes[lane].width), !ready[lane].isEmpty {
                let item = ready[lane].removeFirst()
                running[lane] += 1
                group.addTask {
                    await body(item)
                    return item
                }
            }
        }
        for lane in lanes.indices { startNext(in: lane) }
        while let item = await group.next() {
            if let lane = lane[item] { running[lane] -= 1 }
            for other in followers[item] ?? [] {
                missing[other, default: 1] -= 1
                if missing[other] == 0, let lane = lane[other] { ready[lane].append(other) }
            }
            for lane in lanes.indices { startNext(in: lane) }
        }
    }
}
