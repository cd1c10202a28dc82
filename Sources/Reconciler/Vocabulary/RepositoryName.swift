/// The path of a repository inside a registry: `library/alpine`.
///
/// The grammar is that of the OCI distribution specification ("Pulling manifests"): lower-case letters and digits,
/// joined by `.`, `_`, `__` or dashes, in components separated by `/`; 255 characters at most.
struct RepositoryName: Hashable, Comparable, Sendable, CustomStringConvertible {
    let description: String

    init(_ text: String) throws(Malformed) {
        let components = text.split(separator: "/", omittingEmptySubsequences: false)
        guard !text.isEmpty, text.utf8.count <= 255, components.allSatisfy(isComponent) else {
            throw Malformed("\(quoted(text)) is no image name; \(cure(for: text))")
        }
        description = text
    }

    static func < (left: RepositoryName, right: RepositoryName) -> Bool { left.description < right.description }
}

private func isComponent(_ component: Substring) -> Bool {
    var separators: [UInt8] = []
    var wasSeparator = true
    for byte in component.utf8 {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            guard separators.isEmpty || isJoint(separators) else { return false }
            separators = []
            wasSeparator = false
        case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            if wasSeparator && separators.isEmpty { return false }
            separators.append(byte)
            wasSeparator = true
        default:
            return false
        }
    }
    return !wasSeparator
}

private func isJoint(_ separators: [UInt8]) -> Bool {
    separators.allSatisfy { $0 == UInt8(ascii: "-") }
        || separators == [UInt8(ascii: ".")] || separators == [UInt8(ascii: "_")]
        || separators == [UInt8(ascii: "_"), UInt8(ascii: "_")]
}

private func cure(for text: String) -> String {
    if text.isEmpty { return "it is empty" }
    if text.utf8.count > 255 { return "255 characters are the most" }
    let lowered = text.lowercased()
    if lowered != text, (try? RepositoryName(lowered)) != nil { return "use lower case: \(quoted(lowered))" }
    return "use lower-case letters and digits, joined by single . _ - and separated by /"
}

/// A tag: up to 128 letters, digits, `_`, `.` and `-`, not starting with `.` or `-` (OCI distribution specification).
struct Tag: Hashable, Comparable, Sendable, CustomStringConvertible {
    let description: String

    static let latest = Tag(known: "latest")

    init(_ text: String) throws(Malformed) {
        let isFirst =
            text.utf8.first.map { isTagByte($0) && $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "-") } ?? false
        guard isFirst, text.utf8.count <= 128, text.utf8.allSatisfy(isTagByte) else {
            throw Malformed(
                "\(quoted(text)) is no tag; use up to 128 letters, digits, _ . - and begin with a letter, digit or _"
            )
        }
        description = text
    }

    private init(known: String) { description = known }

    static func < (left: Tag, right: Tag) -> Bool { left.description < right.description }
}

/// Whether a tag may hold `byte` after its first character.
func isTagByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"): true
    default: false
    }
}
