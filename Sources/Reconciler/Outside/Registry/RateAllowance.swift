/// How many pulls a registry still allows, as Docker Hub says in `ratelimit-limit` and `ratelimit-remaining`.
struct RateAllowance: Hashable, Sendable {
    let limit: Int?
    let remaining: Int
    /// How long a window of the limit is; nil if the registry does not say.
    let window: Duration?

    /// Reads the fields of an answer; nil if there are none that make sense.
    init?(_ headers: HTTPHeaders) {
        guard let left = headers["ratelimit-remaining"].flatMap(parseQuota) else { return nil }
        let limit = headers["ratelimit-limit"].flatMap(parseQuota)
        remaining = left.count
        self.limit = limit?.count
        window = left.window ?? limit?.window
    }
}

/// Reads `100;w=21600`: a count, and the seconds it holds for.
private func parseQuota(_ text: String) -> (count: Int, window: Duration?)? {
    let parts = text.split(separator: ";").map { $0.drop { $0 == " " } }
    guard let first = parts.first, let count = Int(first), count >= 0 else { return nil }
    let seconds = parts.dropFirst().first { $0.hasPrefix("w=") }.flatMap { Int($0.dropFirst(2)) }
    return (count, seconds.flatMap { (1...366 * 86_400).contains($0) ? .seconds($0) : nil })
}
