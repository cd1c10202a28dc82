/// A text in which each `${NAME}` stands for a value of the secrets file; a `$` before anything else is itself.
struct SecretTemplate: Hashable, Sendable, CustomStringConvertible {
    /// The text as written, fit to be shown: it names secrets and holds none.
    let description: String
    /// The names that stand in it, in order.
    let names: [String]

    /// Reads a text; throws `Malformed` for a `${` without a name of letters, digits and `_`, or without its brace.
    init(_ text: String) throws(Malformed) {
        var names: [String] = []
        for piece in Self.pieces(of: text).dropFirst() {
            guard let end = piece.firstIndex(of: "}"), isSecretName(piece[..<end]) else {
                throw Malformed("\"${\" is not followed by a name and \"}\"; write ${NAME} with letters, digits and _")
            }
            names.append(String(piece[..<end]))
        }
        description = text
        self.names = names
    }

    /// The text with the secrets in it; throws `Malformed` for the first name that has none.
    func filled(with secret: (String) -> String?) throws(Malformed) -> String {
        let pieces = Self.pieces(of: description)
        var text = String(pieces.first ?? "")
        for (name, piece) in zip(names, pieces.dropFirst()) {
            guard let value = secret(name) else {
                throw Malformed("${\(name)} is not in the secrets file; add a line \(name)=… to it (--secrets)")
            }
            text += value
            text.unicodeScalars.append(contentsOf: piece.unicodeScalars.dropFirst(name.unicodeScalars.count + 1))
        }
        return text
    }

    /// The text cut at each `${`.
    private static func pieces(of text: String) -> [Substring] {
        text.split(separator: "${", omittingEmptySubsequences: false)
    }
}

/// Whether `text` may name a secret: letters, digits and `_`, not beginning with a digit.
func isSecretName(_ text: some StringProtocol) -> Bool {
    guard let first = text.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return false }
    return text.utf8.allSatisfy { isTagByte($0) && $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "-") }
}
