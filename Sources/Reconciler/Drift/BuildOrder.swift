/// In which order images that are built on each other are to be looked at, and which of them go round in a ring.
struct BuildOrder {
    /// All of them, each after what it is built on; those of a ring in any order.
    private(set) var order: [ImageID] = []
    /// For each image of a ring the shortest way from it back to itself, that image first and last.
    private(set) var rings: [ImageID: [ImageID]] = [:]

    /// `bases` tells for each image what it is built on; of that, only what is among `images` counts.
    init(_ images: [ImageID], bases: [ImageID: [ImageID]]) {
        let places = Dictionary(images.enumerated().map { ($1, $0) }) { first, _ in first }
        let edges = images.map { image in (bases[image] ?? []).compactMap { places[$0] } }
        for component in components(edges) {
            order += component.map { images[$0] }
            let members = Set(component)
            guard component.count > 1 || edges[component[0]].contains(component[0]) else { continue }
            for place in component {
                // Told alike by every image of a simple ring: from the one that stands first in the files.
                var ring = way(from: place, edges, within: members)
                if let first = ring.indices.dropLast().min(by: { ring[$0] < ring[$1] }) {
                    ring = Array(ring.dropLast()[first...] + ring[..<first] + [ring[first]])
                }
                rings[images[place]] = ring.map { images[$0] }
            }
        }
    }
}

/// The strongly connected components, each after those it leads to (Tarjan, "Depth-first search and linear graph
/// algorithms"), without recursion: a chain may be as long as the file.
private func components(_ edges: [[Int]]) -> [[Int]] {
    var number = [Int?](repeating: nil, count: edges.count)
    var low = [Int](repeating: 0, count: edges.count)
    var isOpen = [Bool](repeating: false, count: edges.count)
    var (open, found, count) = ([Int](), [[Int]](), 0)
    for root in edges.indices where number[root] == nil {
        var visits = [(node: root, next: 0)]
        while let (node, next) = visits.last {
            if next == 0 {
                (number[node], low[node], isOpen[node]) = (count, count, true)
                open.append(node)
                count += 1
            }
            if next < edges[node].count {
                visits[visits.count - 1].next += 1
                let other = edges[node][next]
                if number[other] == nil {
                    visits.append((other, 0))
                } else if isOpen[other] {
                    low[node] = min(low[node], number[other] ?? count)
                }
                continue
            }
            visits.removeLast()
            if let above = visits.last?.node { low[above] = min(low[above], low[node]) }
            guard low[node] == number[node], let first = open.lastIndex(of: node) else { continue }
            let component = Array(open[first...])
            open.removeSubrange(first...)
            for member in component { isOpen[member] = false }
            found.append(component)
        }
    }
    return found
}

/// The shortest way from `start` back to it along edges between `members`; `start` stands first and last.
private func way(from start: Int, _ edges: [[Int]], within members: Set<Int>) -> [Int] {
    var before: [Int: Int] = [:]
    var queue = [start]
    var next = 0
    while next < queue.count {
        let node = queue[next]
        next += 1
        for other in edges[node] where members.contains(other) {
            if other == start {
                var way = [start, node]
                while let last = way.last, last != start, let former = before[last] { way.append(former) }
                if way.last != start { way.append(start) }
                return way.reversed()
            }
            if before[other] == nil {
                before[other] = node
                queue.append(other)
            }
        }
    }
    return [start, start]
}
