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
    subscript(name: String) -> String? { values(of: name).first }

    /// The value of every field of that name, in order; names are compared without case.
    func values(of name: String) -> [String] {
        let wanted = Array(name.utf8)
        var found: [String] = []
        for line in lines.split(separator: UInt8(ascii: "\n")) {
            guard line.count > wanted.count, line[line.startIndex + wanted.count] == UInt8(ascii: ":"),
                line.prefix(wanted.count).elementsEqual(wanted, by: { lowercase($0) == lowercase($1) })
            else { continue }
            let value = line.dropFirst(wanted.count + 1).drop(while: isSpace)
            let end = value.lastIndex { !isSpace($0) }.map { $0 + 1 } ?? value.startIndex
            found.append(String(decoding: value[..<end], as: UTF8.self))
        }
        return found
    }
}

private func lowercase(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
}

private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
