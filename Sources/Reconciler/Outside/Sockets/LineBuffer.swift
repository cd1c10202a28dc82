/// Bytes that were received and not yet understood.
struct LineBuffer {
    private var bytes: [UInt8] = []
    /// The first byte not yet taken.
    private var start = 0
    /// The first byte not yet looked at for the end of a line.
    private var scanned = 0

    var isEmpty: Bool { start == bytes.count }

    mutating func append(_ more: some Collection<UInt8>) {
        if start > 0 {
            bytes.removeFirst(start)
            scanned -= start
            start = 0
        }
        bytes += more
    }

    /// Takes a line that ends in CR LF, without that end; nil if its end is not there yet.
    ///
    /// A CR or LF alone is refused, and so is any control character but the tab, where it stands, without waiting for
    /// the rest. `limit` counts the line with its end; a longer line is refused with `excess`.
    mutating func takeLine(limit: Int, orElse excess: HTTPRefusal) throws(HTTPRefusal) -> ArraySlice<UInt8>? {
        while scanned < bytes.count {
            guard scanned - start <= limit - 2 else { throw excess }
            switch bytes[scanned] {
            case UInt8(ascii: "\r"):
                guard scanned + 1 < bytes.count else { return nil }
                guard bytes[scanned + 1] == UInt8(ascii: "\n") else {
                    throw HTTPRefusal(.badRequest, "a carriage return stands alone")
                }
                let line = bytes[start..<scanned]
                start = scanned + 2
                scanned = start
                return line
            case UInt8(ascii: "\n"): throw HTTPRefusal(.badRequest, "a line feed stands alone")
            case 0..<0x09, 0x0A..<0x20, 0x7F: throw HTTPRefusal(.badRequest, "a control character stands in the head")
            default: scanned += 1
            }
        }
        return nil
    }

    /// Takes as many of the next `count` bytes as there are.
    mutating func take(upTo count: Int) -> ArraySlice<UInt8> {
        let end = start + min(count, bytes.count - start)
        let taken = bytes[start..<end]
        start = end
        scanned = end
        return taken
    }
}
