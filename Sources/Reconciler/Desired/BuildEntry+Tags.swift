extension BuildEntry {
    /// The tags of a build of that commit, placeholders filled in, in the entry's order.
    func tags(at commit: ObjectID, branch: String, time: Moment) throws(Malformed) -> [Tag] {
        let facts = TagTemplate.Facts(
            commit: commit.description,
            branch: branch,
            gitTag: gitTag?.description,
            date: time.date
        )
        var filled: [Tag] = []
        for template in tags { filled.append(try template.filled(with: facts)) }
        return filled
    }

    /// The tags that every build of the entry gets, as far as its file tells: `latest`, or the name of its git tag.
    var steadyTags: [Tag] {
        tags.compactMap { template in
            guard !template.varies, gitTag != nil || !template.tellsGitTag,
                branch != nil || !template.description.contains("{branch}")
            else { return nil }
            let branch = branch?.description ?? ""
            return try? template.filled(with: .init(commit: "", branch: branch, gitTag: gitTag?.description, date: ""))
        }
    }

    /// The tag to look under for an image of which nothing is remembered: a floating one if there is any.
    func probe(at commit: ObjectID, branch: String, time: Moment) -> Tag? {
        let floating = tags.first(where: \.isFloating).flatMap { try? Tag($0.description) }
        return floating ?? (try? tags(at: commit, branch: branch, time: time))?.first
    }

    /// Those of the tags that former builds left which stay desired: the latest of those with placeholders.
    ///
    /// A tag that no template of the entry could have given is none of them.
    func kept(of former: [(tag: Tag, left: Moment)]) -> Set<Tag> {
        let templates = tags.filter { !$0.isFloating }.map(\.pattern)
        let filled = former.filter { item in templates.contains { $0.matches(item.tag.description) } }
        let latest = filled.sorted { ($0.left, $0.tag) > ($1.left, $1.tag) }.prefix(keep ?? filled.count)
        return Set(latest.map(\.tag))
    }

    /// What the entry says about the result, key and value; intervals, limits and listeners are no part of it.
    var resultOptions: [String: String] {
        var options: [String: String] = [:]
        for (name, value) in args { options["args.\(name)"] = value }
        options["target"] = target
        if !platforms.isEmpty { options["platforms"] = platforms.map(\.description).sorted().joined(separator: ",") }
        for (id, name) in secrets { options["secrets.\(id)"] = name }
        if submodules { options["submodules"] = "true" }
        return options
    }
}
