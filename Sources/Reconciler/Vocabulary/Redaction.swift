/// Replaces every given secret value in texts that people or files will see with `***`.
///
/// Secrets shorter than four bytes are left alone: replacing every `1` would destroy the text and hide nothing.
/// Bytes are compared, so that a combining mark after a secret does not hide it from the search.
struct Redaction: Sendable {
    private let secrets: [[UInt8]]

    init(_ secrets: [String] = []) { self.init(secrets.map { Array($0.utf8) }) }

    private init(_ secrets: [[UInt8]]) {
        self.secrets = secrets.filter { $0.count >= 4 }.sorted { $0.count > $1.count }
    }

    /// The bytes of the longest secret.
    var longest: Int { secrets.first?.count ?? 0 }

    func adding(_ more: [String]) -> Redaction { Redaction(secrets + more.map { Array($0.utf8) }) }

    /// `text` without the known secrets, the user part of any URL in it, and what logs in by an HTTP header.
    func callAsFunction(_ text: String) -> String {
        guard !secrets.isEmpty else { return withoutLogins(withoutUserInformation(text)) }
        let clean = secrets.reduce(Array(text.utf8)) { replacing($1, in: $0) }
        return withoutLogins(withoutUserInformation(String(decoding: clean, as: UTF8.self)))
    }
}

private func replacing(_ secret: [UInt8], in text: [UInt8]) -> [UInt8] {
    var clean: [UInt8] = []
    var at = 0
    while let found = firstOffset(of: secret, in: text, from: at) {
        clean += text[at..<found]
        clean += "***".utf8
        at = found + secret.count
    }
    return at == 0 ? text : clean + text[at...]
}

/// `text` with the user part of each URL in it replaced by `***`; an ssh user name alone (`ssh://git@host`) stays,
/// elsewhere a name alone is often a token.
func withoutUserInformation(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var clean: [UInt8] = []
    var at = 0
    while let scheme = firstOffset(of: Array("://".utf8), in: bytes, from: at) {
        let start = scheme + 3
        let end = bytes[start...].firstIndex(where: endsAuthority) ?? bytes.endIndex
        clean += bytes[at..<start]
        at = start
        guard let mark = bytes[start..<end].lastIndex(of: UInt8(ascii: "@")) else { continue }
        let isSSHName = bytes[..<scheme].suffix(3).elementsEqual("ssh".utf8) && !bytes[start..<mark].contains(0x3A)
        clean += isSSHName ? bytes[start..<mark] : Array("***".utf8)[...]
        at = mark
    }
    return at == 0 ? text : String(decoding: clean + bytes[at...], as: UTF8.self)
}

/// Whether `byte` cannot be part of a URL's authority: `/`, `?`, `#`, space, quotes, angle brackets, control characters.
private func endsAuthority(_ byte: UInt8) -> Bool { byte <= 0x20 || byte == 0x7F || "/?#\"'<>".utf8.contains(byte) }

private func firstOffset(of word: [UInt8], in text: [UInt8], from start: Int) -> Int? {
    guard let first = word.first, text.count >= word.count else { return nil }
    var at = start
    while at <= text.count - word.count {
        if text[at] == first, text[at..<at + word.count].elementsEqual(word) { return at }
        at += 1
    }
    return nil
}
