/// A pattern in which `*` stands for any run of characters and `?` for one; all else is literal.
struct Glob: Hashable, Sendable, CustomStringConvertible {
    let description: String

    init(_ pattern: String) { description = pattern }

    /// Whether the pattern matches more than its own text.
    var hasWildcards: Bool { description.utf8.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") } }

    /// Matches all of `text`, in time proportional to the product of both lengths at worst.
    func matches(_ text: String) -> Bool {
        let (pattern, text) = (Array(description.utf8), Array(text.utf8))
        var (at, reading) = (0, 0)
        var star: (pattern: Int, text: Int)?
        while reading < text.count {
            if at < pattern.count, pattern[at] == UInt8(ascii: "*") {
                star = (at, reading)
                at += 1
            } else if at < pattern.count, pattern[at] == UInt8(ascii: "?") || pattern[at] == text[reading] {
                at += 1
                reading += 1
            } else if let last = star {
                star = (last.pattern, last.text + 1)
                at = last.pattern + 1
                reading = last.text + 1
            } else {
                return false
            }
        }
        return pattern[at...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}

extension Glob {
    /// Reads a pattern for image names, with or without a tag; throws `Malformed` for what could match no image.
    init(imagePattern text: String) throws(Malformed) {
        let canMatch = text.utf8.allSatisfy { byte in
            isTagByte(byte) || "/:*?".utf8.contains(byte)
        }
        guard !text.isEmpty, canMatch else {
            throw Malformed("\(quoted(text)) matches no image name; write a name, with * and ? for what varies")
        }
        self.init(text)
    }
}
