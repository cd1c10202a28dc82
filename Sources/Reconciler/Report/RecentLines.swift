/// The last lines of the log, for `log.txt`: at most 1,000 and at most 256 KiB.
struct RecentLines {
    private static let mostLines = 1_000
    private static let mostBytes = 256 << 10
    /// A longer line is cut: one alone must not push out all others.
    private static let mostBytesOfLine = 4 << 10

    private var lines: [String] = []
    private var bytes = 0

    /// Takes up finished lines, each with its newline.
    mutating func add(_ text: String) {
        for line in text.split(separator: "\n") {
            var kept = String(line)
            if kept.utf8.count > Self.mostBytesOfLine {
                kept = String(decoding: kept.utf8.prefix(Self.mostBytesOfLine), as: UTF8.self) + "…"
            }
            lines.append(kept)
            bytes += kept.utf8.count + 1
        }
        guard lines.count > Self.mostLines || bytes > Self.mostBytes else { return }
        // A quarter more than must be is dropped, so that not every line moves all others.
        var dropped = 0
        while dropped < lines.count, lines.count - dropped > Self.mostLines * 3 / 4 || bytes > Self.mostBytes * 3 / 4 {
            bytes -= lines[dropped].utf8.count + 1
            dropped += 1
        }
        lines.removeFirst(dropped)
    }

    /// All of it, as a file has it.
    var text: String { lines.isEmpty ? "" : lines.joined(separator: "\n") + "\n" }

    /// The last lines that contain `word`, oldest first.
    func last(_ count: Int, naming word: String) -> [String] { Array(lines.filter { $0.contains(word) }.suffix(count)) }
}
