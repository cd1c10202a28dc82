/// The secrets that webhooks and builds may name, by name.
struct Secrets: Sendable, Equatable, CustomStringConvertible {
    private var named: [String: String] = [:]

    /// No secrets at all.
    init() {}

    /// Reads `NAME=value` lines of a secrets file; throws `Malformed` with the line's number, never its content.
    ///
    /// A value is everything after the first `=`, without white space at its ends and without one pair of equal quotes
    /// around it; nothing in it is expanded or escaped. So files written for docker's `--env-file`, for systemd's
    /// `EnvironmentFile=` or to be sourced by a shell (`export NAME=value`) mean the same here. Blank lines and lines that
    /// begin with `#` count for nothing; line ends may be CRLF. A name alone, which docker would take from the
    /// environment, is refused.
    init(_ bytes: [UInt8]) throws(Malformed) {
        let bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
        var lines: [String: Int] = [:]
        let rows = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, row) in rows.enumerated() {
            guard let line = String(validating: row, as: UTF8.self) else {
                throw Malformed("line \(index + 1) is not UTF-8")
            }
            guard let (name, value) = try read(line.trimmingSpaces, number: index + 1) else { continue }
            if let first = lines.updateValue(index + 1, forKey: name) {
                throw Malformed("line \(index + 1) sets \(name) again, first in line \(first); remove one")
            }
            named[name] = value
        }
    }

    /// The secret of that name; nil if there is none.
    subscript(name: String) -> String? { named[name] }

    /// All values, for a `Redaction`.
    var values: [String] { Array(named.values) }

    /// The names alone.
    var description: String { named.keys.sorted().joined(separator: ", ") }
}

/// The name and value of one line, nil for a blank line or a comment.
private func read(_ line: String, number: Int) throws(Malformed) -> (name: String, value: String)? {
    guard let first = line.utf8.first, first != UInt8(ascii: "#") else { return nil }
    let cure = "write NAME=value with letters, digits and _ in the name, or begin a comment with #"
    guard let sign = line.utf8.firstIndex(of: UInt8(ascii: "=")) else {
        throw Malformed("line \(number) has no =; \(cure)")
    }
    var name = line[..<sign]
    if name.hasPrefix("export ") { name = Substring(name.dropFirst(7).trimmingSpaces) }
    guard isSecretName(name) else { throw Malformed("line \(number) has no valid name before its =; \(cure)") }
    let value = unquoted(line[line.utf8.index(after: sign)...].trimmingSpaces)
    guard !value.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }) else {
        throw Malformed("line \(number): the value of \(name) has control characters; remove them")
    }
    return (String(name), value)
}

/// `text` without one pair of equal quotes around it.
private func unquoted(_ text: String) -> String {
    guard text.utf8.count >= 2, let mark = text.utf8.first, mark == text.utf8.last,
        mark == UInt8(ascii: "\"") || mark == UInt8(ascii: "'")
    else { return text }
    return String(decoding: text.utf8.dropFirst().dropLast(), as: UTF8.self)
}
