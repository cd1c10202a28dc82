/// An answer: its status, its header fields, and what was kept of its body.
struct HTTPResponse: Sendable, CustomStringConvertible {
    let status: Int
    let headers: HTTPHeaders
    let body: [UInt8]

    var isSuccess: Bool { (200..<300).contains(status) }
    /// Without the content, which may be large, or a secret.
    var description: String { "status \(status), \(body.count) bytes" }
}

/// The header fields of an answer, kept as the bytes that came and looked into only when asked.
struct HTTPHeaders: Sendable {
    private let lines: [UInt8]

    /// Takes the header block as RFC 9112 has it on the wire, lines ended by CRLF or LF; the status line may stand first.
    init(_ lines: [UInt8] = []) { self.lines = lines }

    /// The first value of the field, spaces around it removed; nil if there is none.
    subscript(name: String) -> String? {
        var first: String?
        eachValue(of: name) { value in
            first = value
            return false
        }
        return first
    }

    /// The value of every field of that name, in order; names are compared without case.
    func values(of name: String) -> [String] {
        var found: [String] = []
        eachValue(of: name) { value in
            found.append(value)
            return true
        }
        return found
    }

    /// Calls `body` with each value until it returns false; lines of other fields cost no allocation.
    private func eachValue(of name: String, _ body: (String) -> Bool) {
        let length = name.utf8.count
        var start = 0
        while start < lines.count {
            let end = lines[start...].firstIndex(of: UInt8(ascii: "\n")) ?? lines.count
            defer { start = end + 1 }
            guard end - start > length, lines[start + length] == UInt8(ascii: ":"),
                zip(lines[start...], name.utf8).allSatisfy({ lowercase($0) == lowercase($1) })
            else { continue }
            var value = lines[(start + length + 1)..<end].drop(while: isSpace)
            while let last = value.last, isSpace(last) { value.removeLast() }
            guard body(String(decoding: value, as: UTF8.self)) else { return }
        }
    }
}

private func lowercase(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
}

private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
