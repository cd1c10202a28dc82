import Glibc

/// Text on its way into a file; only a part of it is ever in memory.
struct FileText: TextOutputStream {
    private static let part = 1 << 16

    private let number: Int32
    private let path: String
    private var waiting: [UInt8] = []
    private var fault: FileFault?

    /// Writes to the descriptor `number`; `path` is for the error only.
    init(_ number: Int32, _ path: String) {
        self.number = number
        self.path = path
        waiting.reserveCapacity(Self.part)
    }

    mutating func write(_ text: String) {
        waiting.append(contentsOf: text.utf8)
        if waiting.count >= Self.part { flush() }
    }

    /// What could not be written stops nobody who writes, and is told at the end.
    private mutating func flush() {
        do throws(FileFault) {
            if fault == nil { try writeAll(waiting, to: number, path) }
        } catch { fault = error }
        waiting.removeAll(keepingCapacity: true)
    }

    /// Writes what is left; throws if anything could not be written.
    mutating func finish() throws(FileFault) {
        flush()
        if let fault { throw fault }
    }
}

/// Text that goes to two places.
struct TwoTexts<First: TextOutputStream, Second: TextOutputStream>: TextOutputStream {
    var first: First
    var second: Second

    mutating func write(_ text: String) {
        first.write(text)
        second.write(text)
    }
}

/// Replaces or makes a file as `writeFile(_:_:)` does with the text that `fill` writes.
func writeFile(
    _ path: String,
    mode: mode_t = 0o600,
    isSynced: Bool = true,
    _ fill: (inout FileText) throws(FileFault) -> Void
) throws(FileFault) {
    try replaceFile(path, mode: mode, isSynced: isSynced) { number throws(FileFault) in
        var text = FileText(number, path)
        try fill(&text)
        try text.finish()
    }
}
