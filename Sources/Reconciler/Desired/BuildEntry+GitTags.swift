extension BuildEntry {
    /// The key in the file, whichever git tag this is about.
    var listedKey: String {
        guard let gitTag else { return key }
        return String(key.dropLast(gitTag.description.count + 1))
    }

    /// The git tags among `names` that the entry's pattern names, highest version first.
    func matching(_ names: [BranchName]) -> [BranchName] {
        guard let gitTags else { return [] }
        return names.filter { gitTags.matches($0.description) }
            .sorted { isHigher($0.description, than: $1.description) }
    }

    /// What a first look at these git tags passes over, so that only later ones are built besides the newest.
    func passedOver(_ names: [BranchName]) -> [BranchName] { Array(matching(names).dropFirst(newest)) }

    /// An entry for each git tag to be built; tags that float belong to the highest of all that match.
    func instances(for names: [BranchName], passingOver passed: Set<BranchName>) -> [BuildEntry] {
        let matching = matching(names)
        return matching.filter { !passed.contains($0) }.compactMap { name in
            var entry = self
            entry.key = "\(key):\(name)"
            entry.gitTag = name
            entry.followsBases = false
            if name != matching.first { entry.tags.removeAll(where: \.isFloating) }
            return entry.tags.isEmpty ? nil : entry
        }
    }
}

extension Desired {
    /// What is desired once the git tags of the sources are known: an entry for each instead of one for all.
    func expanded(
        _ gitTags: [String: Observed<[BranchName]>],
        passingOver passed: (BuildEntry) -> Set<BranchName>?
    ) -> Desired {
        var desired = self
        let listed = Set(builds.map(\.key))
        desired.builds = builds.flatMap { entry -> [BuildEntry] in
            // Without a look the entry stands for itself, with the reason why nothing is known.
            guard entry.gitTags != nil, !entry.isPaused, case .present(let names)? = gitTags[entry.key] else {
                return [entry]
            }
            let passed = passed(entry) ?? Set(entry.passedOver(names))
            return entry.instances(for: names, passingOver: passed).filter { !listed.contains($0.key) }
        }
        return desired
    }
}

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
