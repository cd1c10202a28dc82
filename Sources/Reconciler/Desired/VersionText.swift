/// Whether one name is a higher version than another: numbers count as numbers, `1.0-rc1` comes before `1.0`.
func isHigher(_ left: String, than right: String) -> Bool {
    let (left, right) = (VersionText(left), VersionText(right))
    if left.parts != right.parts { return VersionText.isLower(right.parts, left.parts) }
    if left.suffix.isEmpty != right.suffix.isEmpty { return left.suffix.isEmpty }
    return VersionText.isLower(right.suffix, left.suffix)
}

/// A name cut into runs of digits and of others, before and after its first dash.
private struct VersionText {
    let parts: [Substring]
    let suffix: [Substring]

    init(_ text: String) {
        let halves = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        parts = Self.runs(halves[0])
        suffix = halves.count > 1 ? Self.runs(halves[1]) : []
    }

    private static func runs(_ text: Substring) -> [Substring] {
        var runs: [Substring] = []
        var rest = text
        while let first = rest.first {
            let run = rest.prefix { $0.isNumber == first.isNumber }
            runs.append(run)
            rest = rest.dropFirst(run.count)
        }
        return runs
    }

    static func isLower(_ left: [Substring], _ right: [Substring]) -> Bool {
        for (left, right) in zip(left, right) where left != right {
            guard left.first?.isNumber == true, right.first?.isNumber == true else { return left < right }
            let (left, right) = (left.drop { $0 == "0" }, right.drop { $0 == "0" })
            if left != right { return (left.count, left) < (right.count, right) }
        }
        return left.count < right.count
    }
}
