/// A range of versions as npm and cargo write it: `>=1.20 <2`, `~1.22`, `^3`, `1.x`, `1.2 - 1.4`, `^1 || ^3`.
///
/// Comparators are joined by spaces or commas and must all hold; `||` parts alternatives. A version without operator
/// stands for itself and, where numbers are missing or `x` or `*`, for all they may be. A suffix (`~1.22-alpine`, with
/// `*` and `?` as in patterns) belongs to its whole alternative: only versions with such a suffix match, and without one
/// only versions that have none.
struct VersionRange: Hashable, Sendable, CustomStringConvertible {
    let description: String
    private let alternatives: [Alternative]

    private struct Alternative: Hashable {
        var span = Span.all
        var suffix: Glob?
    }

    /// Reads a range; throws `Malformed` for what is none, or holds no version at all.
    init(_ text: String) throws(Malformed) {
        description = text
        let texts = text.split(separator: "||", omittingEmptySubsequences: false)
        guard text.utf8.count <= 1_000 else { throw Malformed("\(quoted(text)) is too long for a range of versions") }
        var alternatives: [Alternative] = []
        for part in texts { alternatives.append(try Self.alternative(String(part), of: text)) }
        self.alternatives = alternatives
    }

    func contains(_ version: Version) -> Bool {
        alternatives.contains { alternative in
            alternative.span.contains(version.numbers)
                && (alternative.suffix.map { !version.suffix.isEmpty && $0.matches(version.suffix) }
                    ?? version.suffix.isEmpty)
        }
    }

    private static func alternative(_ text: String, of range: String) throws(Malformed) -> Alternative {
        var alternative = Alternative()
        for comparator in try comparators(text, of: range) {
            alternative.span = alternative.span.intersection(comparator.span)
            guard let suffix = comparator.version.suffix else { continue }
            guard alternative.suffix == nil || alternative.suffix == suffix else {
                throw Malformed("\(quoted(range)) asks for two suffixes at once; join them with ||")
            }
            alternative.suffix = suffix
        }
        guard !alternative.span.isEmpty else { throw Malformed("\(quoted(range)) holds no version") }
        return alternative
    }

    /// Cuts `>= 1.2, <2` into its comparators; `A - B` is two.
    private static func comparators(_ text: String, of range: String) throws(Malformed) -> [VersionComparator] {
        let words = text.split { $0 == " " || $0 == "," }.map(String.init)
        guard !words.isEmpty else {
            throw Malformed("\(quoted(range)) is no range of versions; write for example \">=1.20 <2\" or \"~1.22\"")
        }
        if words.count == 3, words[1] == "-" {
            return [
                try VersionComparator(">=" + words[0], of: range), try VersionComparator("<=" + words[2], of: range),
            ]
        }
        var comparators: [VersionComparator] = []
        var pending = ""
        for word in words {
            pending += word
            guard !word.allSatisfy({ "<>=~^".contains($0) }) else { continue }
            comparators.append(try VersionComparator(pending, of: range))
            pending = ""
        }
        guard pending.isEmpty else { throw Malformed("\(quoted(range)): \(quoted(pending)) has no version after it") }
        return comparators
    }
}

/// The versions from `low` up to but not including `high`; nil means without end.
struct Span: Hashable, Sendable {
    var low: Version.Numbers
    var high: Version.Numbers?

    static let all = Span(low: Version.Numbers(major: 0, minor: 0, patch: 0), high: nil)

    var isEmpty: Bool { high.map { $0 <= low } ?? false }

    func contains(_ numbers: Version.Numbers) -> Bool { numbers >= low && (high.map { numbers < $0 } ?? true) }

    func intersection(_ other: Span) -> Span {
        let ends = [high, other.high].compactMap(\.self)
        return Span(low: max(low, other.low), high: ends.min())
    }
}
