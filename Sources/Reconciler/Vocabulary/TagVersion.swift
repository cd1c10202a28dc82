/// A tag read as a version: `3`, `1.22`, `v1.22.3-alpine3.20`; a part that is not written counts as zero.
///
/// Looser than semver.org, as tags are: one to three numbers, zeros before them (`24.04`), a `v` before all.
struct Version: Hashable, Comparable, Sendable {
    /// The three numbers, which alone decide whether a range holds the version.
    struct Numbers: Hashable, Comparable, Sendable {
        var major: Int
        var minor: Int
        var patch: Int

        static func < (left: Numbers, right: Numbers) -> Bool {
            (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
        }
    }

    let numbers: Numbers
    /// How many numbers are written.
    let precision: Int
    /// What follows the first dash: `alpine3.20`, `rc.1`; empty if there is none.
    let suffix: String

    /// Reads a version; nil for a tag that is none, such as `latest` or `bookworm`.
    init?(_ text: some StringProtocol) {
        let bare = text.utf8.first == UInt8(ascii: "v") ? text.dropFirst() : text[...]
        let core = bare.prefix { $0 != "-" }
        let suffix = bare[core.endIndex...].dropFirst()
        let parts = core.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...3).contains(parts.count), core.endIndex == bare.endIndex || !suffix.isEmpty else { return nil }
        var numbers = [0, 0, 0]
        for (place, part) in parts.enumerated() {
            guard let number = versionNumber(part) else { return nil }
            numbers[place] = number
        }
        self.numbers = Numbers(major: numbers[0], minor: numbers[1], patch: numbers[2])
        precision = parts.count
        self.suffix = String(suffix)
    }

    /// Semver's order (semver.org, section 11), but numbers inside a suffix count as numbers wherever they stand
    /// (`rc9` before `rc10`), and of equal versions the one with more numbers written is the higher.
    static func < (left: Version, right: Version) -> Bool {
        if left.numbers != right.numbers { return left.numbers < right.numbers }
        if left.suffix.isEmpty != right.suffix.isEmpty { return right.suffix.isEmpty }
        if left.suffix != right.suffix, let isLess = isNaturallyLess(left.suffix, right.suffix) { return isLess }
        return left.precision < right.precision
    }
}

/// A number of a version: digits alone, few enough that nothing overflows.
func versionNumber(_ text: some StringProtocol) -> Int? {
    guard (1...18).contains(text.utf8.count), text.utf8.allSatisfy(isDigit) else { return nil }
    return Int(text)
}

/// Whether `left` stands before `right` when runs of digits compare as numbers, and before letters; nil if neither does.
private func isNaturallyLess(_ left: String, _ right: String) -> Bool? {
    for (one, other) in zip(runs(of: left), runs(of: right)) where one != other {
        switch (one.first.map(isDigit) ?? false, other.first.map(isDigit) ?? false) {
        case (true, true):
            let (one, other) = (one.drop { $0 == UInt8(ascii: "0") }, other.drop { $0 == UInt8(ascii: "0") })
            if one.count != other.count { return one.count < other.count }
            if !one.elementsEqual(other) { return one.lexicographicallyPrecedes(other) }
        case (true, false): return true
        case (false, true): return false
        case (false, false): return one.lexicographicallyPrecedes(other)
        }
    }
    let (one, other) = (runs(of: left).count, runs(of: right).count)
    return one == other ? nil : one < other
}

/// The text cut where digits begin and end.
private func runs(of text: String) -> [ArraySlice<UInt8>] {
    let bytes = Array(text.utf8)
    var runs: [ArraySlice<UInt8>] = []
    var start = 0
    for at in bytes.indices where at > start && isDigit(bytes[at]) != isDigit(bytes[at - 1]) {
        runs.append(bytes[start..<at])
        start = at
    }
    return bytes.isEmpty ? [] : runs + [bytes[start...]]
}

private func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
