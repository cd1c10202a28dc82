/// Looks at the git repositories that build entries name: each once, however many entries name it.
struct SourceLooks: Sendable {
    let git: Git
    /// The folder of our bare copies.
    let folder: String
    /// The configuration repository, which `.` names; nil if the configuration folder is no git checkout.
    let configuration: ConfigurationHead?
    let limits: GitRepository.Limits
    let memory: SourceMemory
    var watch = LookWatch()

    /// Repositories looked at side by side.
    private static let width = 8

    /// Fetches what the entries follow, and finds each entry's context in it, by the entry's key.
    ///
    /// `built` are the last builds, for telling what has happened since.
    func look(
        at entries: [BuildEntry],
        _ built: [String: BuildOrigin] = [:],
        passingOver passed: @escaping @Sendable (BuildEntry, [BranchName]) -> Set<BranchName> = {
            $0.passingOver($1, nil, built: []).names
        }
    ) async -> Found {
        let sources = Dictionary(grouping: entries, by: \.source)
        let looks = await sideBySide(sources.map { ($0.key, $0.value) }, atMost: Self.width) { url, entries in
            await watch.looking(at: url.description) { await look(at: url, for: entries, built, passed) }
        }
        var found = Found()
        for look in looks {
            found.states.merge(look.states) { $1 }
            found.gitTags.merge(look.gitTags) { $1 }
        }
        return found
    }

    /// What was found, by the keys of the entries.
    struct Found: Sendable {
        /// Of an entry that follows git tags there is a state for each that is to be built.
        var states: [String: Observed<SourceState>] = [:]
        var gitTags: [String: Observed<[BranchName]>] = [:]

        /// Notes what is true of all of an entry, and of its git tags that were built before, whose keys are among `built`.
        mutating func note(_ entry: BuildEntry, _ state: Observed<SourceState>, _ built: some Sequence<String>) {
            states[entry.key] = state
            guard entry.gitTags != nil, case .unknown(let why) = state else { return }
            gitTags[entry.key] = .unknown(why)
            for key in built where entry.gitTag(of: key) != nil { states[key] = state }
        }
    }

    /// Our copy of a source, which holds the commits of the last look.
    func repository(of url: GitURL) -> GitRepository? {
        guard url.transport == .configuration else { return GitRepository(git, url, in: folder) }
        return configuration.map { GitRepository(git, checkout: $0.gitFolder) }
    }

    /// The address for labels, without user and password; the configuration repository's own is its remote's.
    func shownURL(of url: GitURL) -> String {
        url.transport == .configuration ? configuration?.remote ?? "" : url.address
    }

    private func look(
        at url: GitURL,
        for entries: [BuildEntry],
        _ built: [String: BuildOrigin],
        _ passed: @Sendable (BuildEntry, [BranchName]) -> Set<BranchName>
    ) async -> Found {
        var found = Found()
        func note(_ entries: [BuildEntry], _ state: Observed<SourceState>) {
            for entry in entries { found.note(entry, state, built.keys) }
        }
        guard let repository = repository(of: url) else {
            note(entries, .unknown("\".\" needs the configuration folder to be a git checkout with a commit"))
            return found
        }
        var heads: [GitRef: Observed<ObjectID>] = [:]
        if let configuration, url.transport == .configuration {
            heads = [.defaultBranch: .present(configuration.commit)]
        } else {
            heads = await repository.fetch(Set(entries.map(\.ref)), limits)
        }
        for (ref, entries) in Dictionary(grouping: entries, by: \.ref) {
            switch heads[ref] ?? .absent {
            case .unknown(let why): note(entries, .unknown(why))
            case .absent where ref == .tags: await findTags(entries, built, passed, in: repository, &found)
            case .absent: note(entries, .absent)
            case .present(let commit):
                let states = await find(entries, built, at: commit, of: ref, in: repository)
                found.states.merge(states) { $1 }
            }
        }
        memory.keep(Set(found.states.values.compactMap { $0.value?.commit.id }), of: repository)
        return found
    }

    /// Finds what each git tag that is to be built holds.
    private func findTags(
        _ entries: [BuildEntry],
        _ built: [String: BuildOrigin],
        _ passed: (BuildEntry, [BranchName]) -> Set<BranchName>,
        in repository: GitRepository,
        _ found: inout Found
    ) async {
        do {
            let tags = try await repository.tags()
            for entry in entries {
                let names = entry.matching(Array(tags.keys))
                found.gitTags[entry.key] = .present(names)
                let instances = entry.instances(for: names, passingOver: passed(entry, names))
                for instance in instances {
                    guard let name = instance.gitTag, let commit = tags[name] else { continue }
                    let states = await find([instance], built, at: commit, of: .tags, in: repository)
                    found.states.merge(states) { $1 }
                }
            }
        } catch {
            for entry in entries { found.note(entry, .unknown("\(error)"), built.keys) }
        }
    }

    private func find(
        _ entries: [BuildEntry],
        _ built: [String: BuildOrigin],
        at id: ObjectID,
        of ref: GitRef,
        in repository: GitRepository
    ) async -> [String: Observed<SourceState>] {
        do {
            let (commit, contexts) = try await memory.contexts(Set(entries.map(\.query)), at: id, in: repository)
            let branch = try await name(of: ref, for: entries, in: repository)
            let ids = Set(entries.compactMap { contexts[$0.query]?.dockerfile })
            let files = try await memory.dockerfiles(ids, in: repository)
            var states: [String: Observed<SourceState>] = [:]
            for entry in entries {
                let context = contexts[entry.query] ?? .missing("\(entry.context) was not looked for")
                let bases = context.dockerfile.flatMap { files[$0] }.map(entry.bases) ?? []
                var state = SourceState(commit: commit, branch: branch, context: context, bases: bases)
                if let built = built[entry.key], context.differs(from: built.inputs) {
                    state.news = await repository.news(of: entry.query, from: built.commit, to: id)
                }
                states[entry.key] = .present(state)
            }
            return states
        } catch {
            return Dictionary(entries.map { ($0.key, .unknown("\(error)")) }) { first, _ in first }
        }
    }

    /// The name for `{branch}`; the default branch's costs another connection, so only if a tag wants it.
    private func name(of ref: GitRef, for entries: [BuildEntry], in repository: GitRepository) async throws -> String {
        switch ref {
        case .branch(let name): return name.description
        case .tags, .commit: return ""
        case .defaultBranch:
            if let configuration, repository.url.transport == .configuration { return configuration.branch }
            let isWanted = entries.contains { $0.tags.contains { $0.description.contains("{branch}") } }
            return isWanted ? try await repository.defaultBranchName().description : ""
        }
    }
}
