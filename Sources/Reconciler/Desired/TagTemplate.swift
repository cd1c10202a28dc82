/// A tag to push, in which `{commit}`, `{short}`, `{branch}`, `{tag}` and `{date}` stand for facts of the build.
struct TagTemplate: Hashable, Sendable, CustomStringConvertible {
    let description: String

    private static let placeholders = ["{commit}", "{short}", "{branch}", "{tag}", "{date}"]

    /// Reads a template; throws `Malformed` if what it can become is no tag or a placeholder is unknown.
    init(_ text: String) throws(Malformed) {
        var probe = text
        for placeholder in Self.placeholders { probe = probe.replacing(placeholder, with: "x") }
        if let brace = probe.first(where: { $0 == "{" || $0 == "}" }) {
            throw Malformed(
                "\(quoted(text)) has a \(quoted(String(brace))) that belongs to no placeholder; "
                    + "known are \(Self.placeholders.joined(separator: " "))"
            )
        }
        _ = try Tag(probe)
        description = text
    }

    /// Whether the tag stays the same from build to build and moves to each new image.
    var isFloating: Bool { !description.contains("{") }

    /// Whether it is another for each git tag.
    var tellsGitTag: Bool { description.contains("{tag}") }

    /// Whether it changes from build to build, so that only a build, or the registry, tells what it became.
    var varies: Bool { ["{commit}", "{short}", "{date}"].contains(where: description.contains) }

    /// A pattern for all that it may have become.
    var pattern: Glob {
        var text = description
        for placeholder in Self.placeholders { text = text.replacing(placeholder, with: "*") }
        return Glob(text)
    }

    /// The facts that placeholders stand for.
    struct Facts: Sendable {
        /// The full commit id.
        let commit: String
        let branch: String
        /// The git tag that is built, if one is.
        let gitTag: String?
        /// `2026-11-23`, the day of the build in UTC.
        let date: String
    }

    /// The tag for one build; characters that a tag may not have become `-`, and only 128 are kept.
    func filled(with facts: Facts) throws(Malformed) -> Tag {
        let text =
            description
            .replacing("{commit}", with: facts.commit)
            .replacing("{short}", with: String(facts.commit.prefix(12)))
            .replacing("{branch}", with: asTagText(facts.branch))
            .replacing("{tag}", with: asTagText(facts.gitTag ?? ""))
            .replacing("{date}", with: facts.date)
        return try Tag(String(text.prefix(128)))
    }
}

extension TagTemplate {
    /// Whether `tag` can have been made of this template; commits have 40 or 64 digits.
    ///
    /// With a git tag, only that one's name stands for `{tag}`.
    func canBecome(_ tag: Tag, of gitTag: BranchName? = nil) -> Bool {
        // A tag that was cut to its greatest length has lost the template's end: better kept than deleted.
        if tag.description.utf8.count == 128 { return true }
        return [40, 64].contains { length in
            let pattern =
                description
                .replacing("{commit}", with: String(repeating: "?", count: length))
                .replacing("{short}", with: String(repeating: "?", count: 12))
                .replacing("{date}", with: "????-??-??")
                .replacing("{branch}", with: "*")
                .replacing("{tag}", with: gitTag.map { asTagText($0.description) } ?? "*")
            return Glob(pattern).matches(tag.description)
        }
    }
}

private func asTagText(_ text: String) -> String {
    String(decoding: text.utf8.map { isTagByte($0) ? $0 : UInt8(ascii: "-") }, as: UTF8.self)
}
