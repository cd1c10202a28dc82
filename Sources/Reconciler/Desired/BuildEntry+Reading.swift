extension BuildEntry {
    /// Reads one member of `build.json`; nil with faults noted if it does not say enough.
    ///
    /// `allowedFolders` are the absolute folders of `--allow-local`.
    init?(_ member: JSON.Member, in file: DesiredFile, allowedFolders: [String]) {
        let place = Place(file: file, entry: member.key)
        let named = place.attempt(at: member.offset) { () throws(Malformed) in try BuildName(member.key) }
        let cure = "an object with at least \"URL\""
        guard var fields = Fields(member.value, at: place, cure: cure) else { return nil }
        let source = fields.source(of: member, allowedFolders: allowedFolders)
        let folders = fields.folders()
        let branch = fields.branch(of: source)
        let gitTags = fields.gitTags(of: source, branch: branch)
        let newest = fields.value("newest") { json throws(Malformed) in try json.count(from: 1) }
        let tags = fields.tags(of: named, key: member, forGitTags: gitTags != nil)
        let keep = fields.value("keep") { json throws(Malformed) in try json.count(from: 0) }
        let args = fields.args()
        let target = fields.value("target") { json throws(Malformed) in try stageName(json.text()) }
        let platforms = fields.distinct("platforms") { json throws(Malformed) in try Platform(json.text()) }
        let secrets = fields.secrets()
        let submodules = fields.value("submodules") { json throws(Malformed) in try json.flag() }
        let followsBases = fields.value("followBases") { json throws(Malformed) in try json.flag() }
        let timeout = fields.value("timeout") { json throws(Malformed) in try json.duration() }
        let every = fields.value("every") { json throws(Malformed) in try json.duration() }
        let webhooks = fields.webhooks(usually: .build)
        let isPaused = fields.value("paused") { json throws(Malformed) in try json.flag() }
        fields.finish()
        guard let named, let source else { return nil }
        self.init(
            key: member.key,
            name: named.repository,
            source: source,
            branch: branch,
            gitTags: gitTags,
            newest: newest ?? 1,
            context: folders.context,
            dockerfile: folders.dockerfile,
            tags: tags,
            keep: keep,
            args: args,
            target: target,
            platforms: (platforms ?? []).map(\.value),
            secrets: secrets,
            submodules: submodules ?? false,
            followsBases: followsBases ?? true,
            timeout: timeout ?? .seconds(600),
            every: every,
            webhooks: webhooks,
            isPaused: isPaused ?? false
        )
    }
}

/// The key of an entry of `build.json`, cut into the image's name and its tag.
private struct BuildName {
    let repository: RepositoryName
    let tag: Tag?

    init(_ key: String) throws(Malformed) {
        let parts = try ReferenceParts(key)
        guard parts.digest == nil else {
            throw Malformed(
                "\(quoted(key)) names a digest; an image that is built gets its own, write NAME or NAME:TAG"
            )
        }
        guard !parts.name.contains(":") else {
            throw Malformed("\(quoted(key)) names a registry; write only the image's name, it lands in --registry")
        }
        repository = try RepositoryName(parts.name)
        tag = parts.tag
    }
}

extension Fields {
    fileprivate mutating func source(of entry: JSON.Member, allowedFolders: [String]) -> GitURL? {
        let (upper, lower) = (member("URL"), member("url"))
        guard let address = upper ?? lower else {
            place.report("\"URL\" is missing; name the git repository to build from", at: entry.offset)
            return nil
        }
        if upper != nil, let lower {
            place.report("\"URL\" and \"url\" are the same key; leave one out", at: lower.offset)
        }
        let place = place.inside(address.key)
        return place.attempt(at: address.value.offset) { () throws(Malformed) in
            let source = try GitURL(address.value.text())
            if source.transport == .local, !source.isLocal(below: allowedFolders) {
                let path = quoted(source.address)
                guard !allowedFolders.isEmpty else {
                    throw Malformed("\(path) is a local path; start reconcile with --allow-local DIR to permit it")
                }
                let allowed = allowedFolders.map(visible).joined(separator: ", ")
                throw Malformed("\(path) is not below \(allowed); start reconcile with --allow-local DIR to permit it")
            }
            return source
        }
    }

    fileprivate mutating func branch(of source: GitURL?) -> BranchName? {
        value("branch") { json throws(Malformed) in
            let branch = try BranchName(json.text())
            if branch.description.hasPrefix("refs/heads/") {
                let name = branch.description.dropFirst("refs/heads/".count)
                throw Malformed("\(quoted(branch.description)) is a branch's full name; write \(quoted(String(name)))")
            }
            guard source?.transport != .configuration else {
                throw Malformed("\"URL\" is \".\", which is built at its own fetched commit; leave the branch out")
            }
            return branch
        }
    }

    fileprivate mutating func gitTags(of source: GitURL?, branch: BranchName?) -> Glob? {
        value("gitTags") { json throws(Malformed) in
            let pattern = try json.text()
            guard branch == nil else { throw Malformed("the entry has a branch already; leave one of them out") }
            guard source?.transport != .configuration else {
                throw Malformed("\"URL\" is \".\", which is built at its own fetched commit; leave the git tags out")
            }
            guard !pattern.isEmpty, pattern == visible(pattern), !pattern.contains(" ") else {
                throw Malformed("\(quoted(pattern)) is no pattern for git tags; write one such as \"v*\"")
            }
            return Glob(pattern)
        }
    }

    /// The context and the Dockerfile's place, which is relative to it; both are the top's if the folder is faulty.
    fileprivate mutating func folders() -> (context: RepositoryPath, dockerfile: RepositoryPath) {
        let hasPath = member("path") != nil
        let context = value("path") { json throws(Malformed) in try RepositoryPath(json.text()) }
        let dockerfile = value("file") { json throws(Malformed) -> RepositoryPath? in
            let text = try json.text()
            // An empty name is none: the earlier program's files may have it.
            guard !text.isEmpty, !hasPath || context != nil else { return nil }
            guard let last = text.split(separator: "/", omittingEmptySubsequences: false).last,
                !["", ".", ".."].contains(last)
            else { throw Malformed("\(quoted(text)) is a folder; name the Dockerfile in it") }
            return try RepositoryPath(text, in: context ?? .top)
        }
        let usual = (try? RepositoryPath("Dockerfile", in: context ?? .top)) ?? .top
        return (context ?? .top, (dockerfile ?? nil) ?? usual)
    }

    /// The tags of the key or of the list, each of which is claimed for the entry.
    fileprivate mutating func tags(of named: BuildName?, key: JSON.Member, forGitTags: Bool) -> [TagTemplate] {
        let list = member("tags")
        let listed = distinct("tags") { json throws(Malformed) in
            try forGitTags ? gitTagTag(json.text()) : branchTag(json.text())
        }
        if let list, let tag = named?.tag {
            place.report("the name has the tag \(quoted("\(tag)")) already; leave it or \"tags\" out", at: list.offset)
        }
        let usual = forGitTags ? "{tag}" : "latest"
        let ofKey = (try? TagTemplate(named?.tag?.description ?? usual)).map { [(value: $0, offset: key.offset)] }
        let tags = listed ?? ofKey ?? []
        if let repository = named?.repository {
            place.file.claims += tags.map {
                Claim(repository: repository, tag: $0.value.description, entry: place.entry, offset: $0.offset)
            }
        }
        return tags.map(\.value)
    }

    fileprivate mutating func args() -> [String: String] {
        var args: [String: String] = [:]
        for member in object("args", cure: "an object: { \"NAME\": \"value\" }") ?? [] {
            let place = place.inside("args")
            let isName =
                !member.key.isEmpty && member.key == visible(member.key) && !member.key.contains { "= ".contains($0) }
            if !isName {
                place.report(
                    "\(quoted(member.key)) is no argument's name; it is empty or has = or spaces",
                    at: member.offset
                )
            }
            args[member.key] = place.inside(member.key).attempt(at: member.value.offset) { () throws(Malformed) in
                let text = try member.value.scalarText()
                guard !text.utf8.contains(0) else {
                    throw Malformed("\(quoted(text)) has a zero byte, which no command takes")
                }
                return text
            }
        }
        return args
    }
}

/// A template for an entry that follows a branch, where there is no git tag to fill in.
private func branchTag(_ text: String) throws(Malformed) -> TagTemplate {
    guard !text.contains("{tag}") else {
        throw Malformed("\(quoted(text)): {tag} stands for a git tag, and this entry follows a branch")
    }
    return try TagTemplate(text)
}

/// A template for an entry that follows git tags, where there is no branch to fill in.
private func gitTagTag(_ text: String) throws(Malformed) -> TagTemplate {
    guard !text.contains("{branch}") else {
        throw Malformed("\(quoted(text)): {branch} stands for a branch, and this entry follows git tags")
    }
    let template = try TagTemplate(text)
    guard template.isFloating || ["{tag}", "{commit}", "{short}"].contains(where: text.contains) else {
        throw Malformed("\(quoted(text)) is the same for all git tags that are built on one day; put {tag} into it")
    }
    return template
}

/// A stage of a Dockerfile: its name or number (docs.docker.com, Dockerfile reference, `FROM … AS`).
private func stageName(_ text: String) throws(Malformed) -> String {
    guard (try? Tag(text)) != nil else {
        throw Malformed("\(quoted(text)) is no Dockerfile stage; use letters, digits, _ . -")
    }
    return text
}
