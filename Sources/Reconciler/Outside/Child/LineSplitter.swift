/// Cuts a stream into lines, and lines that are too long after `limit` bytes.
///
/// A carriage return begins the line anew, as on a terminal: of a progress bar the last state is left.
struct LineSplitter {
    private let limit: Int
    private let redaction: Redaction
    /// How much of a line is held: a secret that lies across the limit must be seen whole to be hidden.
    private let held: Int
    private var line: [UInt8] = []
    private var dropped = 0
    private var isReturned = false

    /// `limit` is in bytes, after secrets were taken out; what a line has beyond it is only counted.
    init(limit: Int = 4_096, redaction: Redaction = Redaction()) {
        self.limit = limit
        self.redaction = redaction
        held = limit + max(4_096, redaction.longest)
    }

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
        var text = part
        while text.last == UInt8(ascii: "\r") { text = text.dropLast() }
        if !text.isEmpty {
            let last = text.lastIndex(of: UInt8(ascii: "\r"))
            if isReturned || last != nil { restart() }
            text = text[(last.map { $0 + 1 } ?? text.startIndex)...]
            let fitting = text.prefix(max(0, held - line.count))
            line.append(contentsOf: fitting)
            dropped += text.count - fitting.count
        }
        // What ends the line is no return yet: a newline may follow.
        if part.last == UInt8(ascii: "\r") { isReturned = true }
    }

    private mutating func emit(_ each: (String) -> Void) {
        let text = redaction(String(decoding: line, as: UTF8.self))
        let beyond = max(0, text.utf8.count - limit) + dropped
        each(beyond == 0 ? text : String(decoding: text.utf8.prefix(limit), as: UTF8.self) + " … \(beyond) more bytes")
        restart()
    }

    private mutating func restart() {
        line.removeAll(keepingCapacity: true)
        dropped = 0
        isReturned = false
    }
}
