/// The name of a git object: 40 (SHA-1) or 64 (SHA-256) lower-case hexadecimal digits.
struct ObjectID: Hashable, Sendable, CustomStringConvertible {
    let description: String

    init(_ text: some StringProtocol) throws(Malformed) {
        let isHex = text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
        guard isHex, [40, 64].contains(text.utf8.count) else {
            throw Malformed("\(quoted(String(text))) is no git object name")
        }
        description = String(text)
    }

    /// The form for people: the first seven digits.
    var short: String { String(description.prefix(7)) }
}
