/// How often something took how long, in the buckets of a Prometheus histogram.
struct Histogram: Sendable {
    /// The buckets' upper bounds in seconds.
    static let bounds = [0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600]

    /// How many were at most as long as each bound.
    private(set) var counts = [Int](repeating: 0, count: bounds.count)
    private(set) var count = 0
    private(set) var sum = 0.0

    mutating func add(_ seconds: Double) {
        for (index, bound) in Self.bounds.enumerated() where seconds <= bound { counts[index] += 1 }
        count += 1
        sum += max(0, seconds)
    }
}
