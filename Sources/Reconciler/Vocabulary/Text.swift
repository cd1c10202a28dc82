/// `text` in quotes for an error line, control characters escaped and cut after 80 code points.
///
/// Code points and not `Character`s: one of those may have any number of combining marks.
func quoted(_ text: String) -> String { "\"" + shortened(text) + "\"" }

/// `text` for an error line without quotes, control characters escaped and cut after 80 code points.
func shortened(_ text: String) -> String {
    let scalars = text.unicodeScalars
    guard let end = scalars.index(scalars.startIndex, offsetBy: 80, limitedBy: scalars.endIndex), end < scalars.endIndex
    else { return visible(text) }
    return visible(String(scalars.prefix(77))) + "…"
}

/// `text` with everything escaped that could start a new line, drive a terminal or reorder what is read:
/// C0 and C1 control characters, line and paragraph separators, and the bidirectional controls of Unicode (UAX #9).
func visible(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isUnsafeToShow) else { return text }
    var shown = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
        guard isUnsafeToShow(scalar) else {
            shown.append(scalar)
            continue
        }
        shown.append(contentsOf: escape(scalar).unicodeScalars)
    }
    return String(shown)
}

/// Whether a combining mark, joiner or the like sits on an ASCII character other than a letter or digit.
///
/// Swift compares `Character`s, so that `/` with a mark is no `/` to it, but git and the kernel see the byte: such a text
/// could carry `..` or a leading dash past a check.
func hidesPunctuation(_ text: some StringProtocol) -> Bool {
    text.contains { character in
        guard character.unicodeScalars.count > 1, let first = character.unicodeScalars.first else { return false }
        return first.isASCII && !first.properties.isAlphabetic && !("0"..."9").contains(first)
    }
}

private func isUnsafeToShow(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0: true
    case 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
    default: false
    }
}

private func escape(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\n": "\\n"
    case "\r": "\\r"
    case "\t": "\\t"
    default: "\\u{\(String(scalar.value, radix: 16))}"
    }
}

/// The candidate nearest to `word`, if near enough that a typing error explains the difference.
///
/// Words of more than 100 bytes are near nothing: comparing takes time in the product of both lengths.
func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
    guard word.utf8.count <= 100 else { return nil }
    let reach = max(1, word.count / 3)
    return
        candidates
        .filter { $0.utf8.count <= 200 }
        .map { (distance: editDistance(word.lowercased(), $0.lowercased()), candidate: $0) }
        .filter { $0.distance <= reach }
        .min { $0.distance < $1.distance }?
        .candidate
}

/// The number of insertions, deletions, replacements and swaps of neighbours between two words
/// (optimal string alignment).
private func editDistance(_ left: String, _ right: String) -> Int {
    let (left, right) = (Array(left), Array(right))
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in left.indices {
        var current = [row + 1]
        for column in right.indices {
            let replaced = last[column] + (left[row] == right[column] ? 0 : 1)
            var least = min(replaced, last[column + 1] + 1, current[column] + 1)
            if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                least = min(least, beforeLast[column - 1] + 1)
            }
            current.append(least)
        }
        (beforeLast, last) = (last, current)
    }
    return last[right.count]
}

extension StringProtocol {
    /// The text without white space at its ends.
    var trimmingSpaces: String {
        let start = drop { $0.isWhitespace }
        return String(start.reversed().drop { $0.isWhitespace }.reversed())
    }
}

/// Whether a method or field name of HTTP may hold `byte` (`tchar` of RFC 9110 section 5.6.2).
func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
}
