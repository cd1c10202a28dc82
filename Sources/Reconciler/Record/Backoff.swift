/// How long a failed image waits: 1, 2, 4 … minutes, at most an hour, give or take a fifth.
struct Backoff: Sendable {
    /// A number from 0 up to 1 that spreads the tries of images that failed together.
    var chance: @Sendable () -> Double = { Double.random(in: 0..<1) }

    /// The wait after that many failures in a row; `asked` is what the other side wants at least.
    func wait(afterTries tries: Int, asked: Duration?) -> Duration {
        let minutes = Double(1 << min(6, max(0, tries - 1)))
        let spread = 0.8 + 0.4 * chance()
        return max(.seconds(min(60, minutes) * 60 * spread), asked ?? .zero)
    }
}
