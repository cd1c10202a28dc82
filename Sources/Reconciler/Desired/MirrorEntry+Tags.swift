/// An element of `tags`: a tag, or a pattern for tags.
private enum TagSelector: Hashable, CustomStringConvertible {
    case tag(Tag)
    case pattern(Glob)

    init(_ text: String) throws(Malformed) {
        let pattern = Glob(text)
        self = pattern.hasWildcards ? .pattern(try tagPattern(text)) : .tag(try Tag(text))
    }

    var description: String {
        switch self {
        case .tag(let tag): tag.description
        case .pattern(let pattern): pattern.description
        }
    }
}

/// Reads a pattern; throws `Malformed` for one that no tag could match.
private func tagPattern(_ text: String) throws(Malformed) -> Glob {
    guard !text.isEmpty, text.utf8.allSatisfy({ isTagByte($0) || $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") })
    else { throw Malformed("\(quoted(text)) matches no tag; write letters, digits, _ . - and * and ? for what varies") }
    return Glob(text)
}

extension Fields {
    /// Reads `tags`, `semver`, `exclude` and `newest`: the tags that are named, and the rule for those that are not.
    mutating func tags(of image: WrittenImage?, member: JSON.Member?) -> ([(value: Tag, offset: Int)], TagRule?) {
        let list = self.member("tags")
        let listed = distinct("tags") { json throws(Malformed) in try TagSelector(json.text()) }
        let range = value("semver") { json throws(Malformed) in try VersionRange(json.text()) }
        let excluded = distinct("exclude") { json throws(Malformed) in try tagPattern(json.text()) }
        let newest = value("newest") { json throws(Malformed) in try json.newest() }
        var named: [(value: Tag, offset: Int)] = []
        var patterns: [Glob] = []
        for (selector, offset) in listed ?? [] {
            switch selector {
            case .tag(let tag): named.append((tag, offset))
            case .pattern(let pattern): patterns.append(pattern)
            }
        }
        let hasRule = !patterns.isEmpty || self.member("semver") != nil
        let exclude = excluded?.map(\.value) ?? []
        let rule = hasRule ? TagRule(patterns: patterns, range: range, exclude: exclude, newest: newest) : nil
        checkNarrowing(named, hasRule: hasRule, excluded ?? [])
        guard let image, let member else { return (named, rule) }
        checkName(image, member, list, named.count, hasRule: hasRule)
        if listed == nil, image.parts.tag != nil || rule == nil {
            named = [(image.parts.tag ?? .latest, member.value.offset)]
        }
        return (named, rule)
    }

    /// Refuses to take away from nothing, and to take away what is asked for by name.
    private mutating func checkNarrowing(
        _ named: [(value: Tag, offset: Int)],
        hasRule: Bool,
        _ exclude: [(value: Glob, offset: Int)]
    ) {
        for key in ["exclude", "newest"] where !hasRule {
            guard let member = member(key) else { continue }
            let cure = "write a pattern in \"tags\" or a range in \"semver\""
            place.report(
                "\(quoted(key)) narrows nothing here, where tags are named one by one; \(cure)",
                at: member.offset
            )
        }
        for (pattern, offset) in exclude {
            guard let tag = named.first(where: { pattern.matches($0.value.description) })?.value else { continue }
            let taken = "\(quoted(pattern.description)) takes away \(quoted(tag.description))"
            place.inside("exclude").report("\(taken), which \"tags\" asks for by name", at: offset)
        }
    }

    /// Refuses a tag or digest beside the name that does not go with what else is asked for.
    private mutating func checkName(
        _ image: WrittenImage,
        _ member: JSON.Member,
        _ list: JSON.Member?,
        _ named: Int,
        hasRule: Bool
    ) {
        for (key, other) in [("tags", list), ("semver", self.member("semver"))] {
            guard let other, let tag = image.parts.tag else { continue }
            let cure = "leave it or \(quoted(key)) out"
            place.report("\"image\" has the tag \(quoted("\(tag)")) already; \(cure)", at: other.offset)
        }
        guard image.parts.digest != nil, image.parts.tag == nil else { return }
        if list == nil, !hasRule {
            image.reportMissingTag(at: place.inside("image"), offset: member.value.offset)
        } else if named != 1 || hasRule {
            place.report("one digest cannot stand under several tags; name one", at: list?.offset ?? member.offset)
        }
    }
}

extension JSON {
    /// How many to take: a whole number, one or more.
    fileprivate func newest() throws(Malformed) -> Int {
        guard case .number(let text) = value else { throw isNo("a number without quotes, such as 5") }
        guard let int, (1...100_000).contains(int) else {
            throw Malformed("\(shortened(text)) is no number of tags; write 1 or more")
        }
        return int
    }
}
