extension GitRepository {
    /// How long a fetch may take, and what ends it before.
    struct Limits: Sendable {
        var time: Duration = .seconds(600)
        /// Asked before and while fetching; a text says why to stop, such as too little free space.
        var stopsFor: @Sendable () -> String? = { nil }
    }

    /// Fetches what is `wanted` over one connection, and tells at which commit each is.
    ///
    /// `absent` means that the other side was asked and has no such branch. A damaged copy is made anew, once.
    func fetch(_ wanted: Set<GitRef>, _ limits: Limits = Limits()) async -> [GitRef: Observed<ObjectID>] {
        do {
            let remote = try git.remote(url)
            if let reason = limits.stopsFor() { throw GitFault("fetch \(url): \(reason)") }
            let lock = try await RepositoryLock(folder)
            defer { lock.release() }
            return try await fetch(wanted, from: remote, limits)
        } catch {
            let reason = "\(error)"
            return Dictionary(uniqueKeysWithValues: wanted.map { ($0, .unknown(reason)) })
        }
    }

    /// The name of the remote's default branch: one more connection, so asked only where a name is needed.
    func defaultBranchName() async throws -> BranchName {
        let remote = try git.remote(url)
        let arguments = ["ls-remote", "--symref", "--end-of-options", remote.address, "HEAD"]
        let command = await git.transfer(arguments, gitFolder: folder, remote: remote)
        let finished = await Children.run(command, limit: .seconds(120), groups: git.groups)
        guard finished.termination.isSuccess else {
            throw GitFault("ls-remote \(url)", finished, redaction: command.redaction)
        }
        let prefix = "ref: refs/heads/"
        for line in finished.output.lines where line.hasPrefix(prefix) {
            return try BranchName(String(line.dropFirst(prefix.count).prefix { $0 != "\t" }))
        }
        throw GitFault("ls-remote \(url): its HEAD is on no branch; name a branch in the entry")
    }

    private func fetch(
        _ wanted: Set<GitRef>,
        from remote: GitRemote,
        _ limits: Limits
    ) async throws(GitFault) -> [GitRef:
        Observed<ObjectID>]
    {
        var present = wanted
        var isFirst = true
        let before = storedHeads(wanted)
        while true {
            try await prepare()
            if present.isEmpty { return Dictionary(uniqueKeysWithValues: wanted.map { ($0, .absent) }) }
            let (command, finished) = await fetchOnce(present, from: remote, limits)
            if finished.termination.isSuccess { break }
            removePartialPacks()
            if let missing = missingRef(finished, among: present) {
                present.remove(missing)
            } else if isFirst, isDamaged(finished), await !isIntact() {
                // The words alone could be the other side's, and our copy would be lost for nothing.
                isFirst = false
                markDamaged()
            } else {
                throw GitFault("fetch \(url)", finished, redaction: command.redaction)
            }
        }
        let stored = storedHeads(present)
        let heads = if let stored { stored } else { try await heads() }
        // Nothing came, so there is nothing to pack either.
        if before == nil || stored != before { await maintain() }
        return Dictionary(
            uniqueKeysWithValues: wanted.map { ($0, present.contains($0) ? heads[$0.localName] ?? .absent : .absent) }
        )
    }

    private func fetchOnce(_ wanted: Set<GitRef>, from remote: GitRemote, _ limits: Limits) async -> (Command, Finished)
    {
        let refs = wanted.map { "+\($0.remoteName):\($0.localName)" }.sorted()
        let arguments = [
            "fetch", "--quiet", "--no-tags", "--prune", "--force", "--no-write-fetch-head", "--no-auto-maintenance",
            "--end-of-options", remote.address,
        ]
        let command = await git.transfer(arguments + refs, gitFolder: folder, remote: remote)
        let finished = await Children.run(
            command,
            limit: limits.time,
            groups: git.groups,
            stopsFor: limits.stopsFor
        )
        return (command, finished)
    }

    private func missingRef(_ finished: Finished, among wanted: Set<GitRef>) -> GitRef? {
        let lines = finished.errors.lines
        return wanted.first { ref in lines.contains { $0 == "fatal: couldn't find remote ref \(ref.remoteName)" } }
    }

    /// The tags of the last fetch that look for them, each with its commit; those of odd names are left out.
    func tags() async throws(GitFault) -> [BranchName: ObjectID] {
        let prefix = "refs/reconcile/tags/"
        let format = "--format=%(refname) %(objectname) %(objecttype) %(*objectname) %(*objecttype)"
        var tags: [BranchName: ObjectID] = [:]
        for line in String(decoding: try await read(["for-each-ref", format, prefix]), as: UTF8.self).split(
            separator: "\n"
        ) {
            let fields = line.split(separator: " ")
            guard fields[0].hasPrefix(prefix), let name = try? BranchName(String(fields[0].dropFirst(prefix.count)))
            else { continue }
            if let commit = fields.firstIndex(of: "commit"), commit >= 2 {
                tags[name] = try? ObjectID(fields[commit - 1])
            } else if fields.last == "tag" {
                // A tag of a tag, which before git 2.45 is followed one step only.
                tags[name] = try? await commit(of: String(fields[0]))
            }
        }
        return tags
    }

    private func commit(of ref: String) async throws -> ObjectID {
        let answer = try await read(["rev-parse", "--verify", "--quiet", ref + "^{commit}"])
        return try ObjectID(String(decoding: answer.dropLast(), as: UTF8.self))
    }

    /// The commits our own references are at, read from git's files (gitrepository-layout(5)), which saves a process.
    ///
    /// Nil if one of them is not told there.
    private func storedHeads(_ wanted: Set<GitRef>) -> [String: Observed<ObjectID>]? {
        var heads: [String: Observed<ObjectID>] = [:]
        var packed: [Substring]?
        for ref in wanted where ref != .tags {
            if let text = try? readFile("\(folder)/\(ref.localName)", atMost: 1_000), text.last == UInt8(ascii: "\n"),
                let id = try? ObjectID(String(decoding: text.dropLast(), as: UTF8.self))
            {
                heads[ref.localName] = .present(id)
                continue
            }
            let lines =
                packed
                ?? (try? readFile(folder + "/packed-refs", atMost: 16 << 20)).map { bytes in
                    String(decoding: bytes, as: UTF8.self).split(separator: "\n")
                }
            packed = lines
            guard let line = lines?.first(where: { $0.hasSuffix(" " + ref.localName) }),
                let id = try? ObjectID(line.prefix { $0 != " " })
            else { return nil }
            heads[ref.localName] = .present(id)
        }
        return heads
    }

    /// The commits our own references are at.
    private func heads() async throws(GitFault) -> [String: Observed<ObjectID>] {
        let answer = try await read([
            "for-each-ref", "--format=%(refname) %(objectname) %(objecttype)", "refs/reconcile/",
        ])
        var heads: [String: Observed<ObjectID>] = [:]
        for line in String(decoding: answer, as: UTF8.self).split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count == 3, let id = try? ObjectID(fields[1]) else { continue }
            heads[String(fields[0])] = fields[2] == "commit" ? .present(id) : .unknown("\(url): \(id) is no commit")
        }
        return heads
    }
}
