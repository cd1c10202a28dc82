/// Cuts a stream into lines, and lines that are too long after `limit` bytes.
struct LineSplitter {
    private let limit: Int
    private var line: [UInt8] = []
    private var dropped = 0

    /// `limit` is in bytes; what a line has beyond it is only counted.
    init(limit: Int = 4_096) { self.limit = limit }

    /// The lines that `piece` completes, without their ends.
    mutating func append(_ piece: UnsafeRawBufferPointer, each: (String) -> Void) {
        var rest = piece[...]
        while let newline = rest.firstIndex(of: UInt8(ascii: "\n")) {
            take(rest[..<newline])
            emit(each)
            rest = rest[(newline + 1)...]
        }
        take(rest)
    }

    /// The last line, if the stream did not end with a newline.
    mutating func finish(each: (String) -> Void) {
        if !line.isEmpty { emit(each) }
    }

    private mutating func take(_ part: Slice<UnsafeRawBufferPointer>) {
        let fitting = part.prefix(max(0, limit - line.count))
        line.append(contentsOf: fitting)
        dropped += part.count - fitting.count
    }

    private mutating func emit(_ each: (String) -> Void) {
        if dropped == 0, line.last == UInt8(ascii: "\r") { line.removeLast() }
        each(String(decoding: line, as: UTF8.self) + (dropped > 0 ? " … \(dropped) more bytes" : ""))
        line.removeAll(keepingCapacity: true)
        dropped = 0
    }
}
