/// Which of an upstream repository's tags are mirrored, where they are not named one by one.
struct TagRule: Hashable, Sendable {
    /// One of them must match; with none, any tag that the range holds will do.
    let patterns: [Glob]
    let range: VersionRange?
    let exclude: [Glob]
    /// How many of what matches; nil for all.
    let newest: Int?

    /// The tags of `list` that the rule stands for, the highest last.
    ///
    /// Versions are ordered as versions, all others by name and below them.
    func selected(from list: [Tag]) -> [Tag] {
        let matching = list.filter(matches).map { (tag: $0, version: Version($0.description)) }
        let ordered = matching.sorted { left, right in
            switch (left.version, right.version) {
            case (let one?, let other?): one == other ? left.tag < right.tag : one < other
            case (nil, _?): true
            case (_?, nil): false
            case (nil, nil): left.tag < right.tag
            }
        }
        return ordered.suffix(newest ?? ordered.count).map(\.tag)
    }

    /// Whether the rule may stand for the tag, the number of them left aside.
    func matches(_ tag: Tag) -> Bool {
        let text = tag.description
        guard patterns.isEmpty || patterns.contains(where: { $0.matches(text) }) else { return false }
        if let range {
            guard let version = Version(text), range.contains(version) else { return false }
        }
        return !exclude.contains { $0.matches(text) }
    }

    /// The tag of `list` that has most in common with what the rule asks for, for people who look for their mistake.
    func nearest(in list: [Tag]) -> Tag? {
        let asked = patterns.map(\.description) + [range?.description ?? ""]
        let starts = asked.map { text in Array(text.utf8.drop { "<>=~^v ".utf8.contains($0) }) }
        func likeness(_ tag: Tag) -> Int {
            starts.map { start in zip(start, tag.description.utf8).prefix { $0 == $1 }.count }.max() ?? 0
        }
        let likely = list.map { (tag: $0, likeness: likeness($0)) }.max {
            ($0.likeness, $0.tag) < ($1.likeness, $1.tag)
        }
        return likely.flatMap { $0.likeness > 0 ? $0.tag : nil }
    }
}

extension TagRule: CustomStringConvertible {
    /// The rule as one would say it: `1.22.*-alpine* ^1, not *-rc*, newest 5`.
    var description: String {
        let asked = patterns.map(\.description) + [range?.description].compactMap(\.self)
        let rest = [
            exclude.isEmpty ? nil : "not " + exclude.map(\.description).joined(separator: " "),
            newest.map { "newest \($0)" },
        ]
        return ([asked.joined(separator: " ")] + rest.compactMap(\.self)).joined(separator: ", ")
    }
}
