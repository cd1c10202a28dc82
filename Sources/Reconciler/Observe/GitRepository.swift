/// Our own bare copy of a source repository, holding what is followed in it.
struct GitRepository: Sendable {
    let git: Git
    let url: GitURL
    /// The bare repository, `state/git/NAME`.
    let folder: String
    /// Whether the repository is a copy that may be thrown away and fetched anew.
    let isCopy: Bool

    /// `parent` holds the repositories of all sources; the name shows which is whose and is different for each URL.
    init(_ git: Git, _ url: GitURL, in parent: String) {
        self.git = git
        self.url = url
        let last = url.identity.split(separator: "/").last ?? "top"
        let readable = String(decoding: last.utf8.filter(isTagByte), as: UTF8.self).prefix(40)
        folder = "\(parent)/\(readable)-\(sha256Hex(url.address.utf8).prefix(16))"
        isCopy = true
    }

    /// The configuration repository, by the git folder of its checkout; only for reading.
    init(_ git: Git, checkout gitFolder: String) {
        self.git = git
        url = .configuration
        folder = gitFolder
        isCopy = false
    }

    /// Runs a command that reads our copy, and returns what it printed; `settings` stand before the command's name.
    func read(
        _ arguments: [String],
        _ settings: [String] = [],
        _ variables: [String: String] = [:],
        input: [UInt8] = [],
        atMost limit: Int = 64 << 20
    ) async throws(GitFault) -> [UInt8] {
        var command = git.local(settings + arguments, gitFolder: folder, variables)
        command.input = input
        let finished = await Children.run(command, limit: .seconds(300), output: .first(limit), groups: git.groups)
        let action = "git \(arguments[0]) of \(url)"
        guard finished.termination.isSuccess else {
            if isCopy, isDamaged(finished) { markDamaged() }
            throw GitFault(action, finished)
        }
        guard finished.output.dropped == 0 else {
            throw GitFault("\(action): the answer is larger than \(ByteCount(bytes: Int64(limit)))")
        }
        return finished.output.bytes
    }

    /// A commit of our copy.
    func commit(_ id: ObjectID) async throws(GitFault) -> GitCommit {
        let answer = try await read(["log", "-n1", "--no-walk", "--format=%H%x00%T%x00%ct%x00%s", id.description])
        let fields = answer.dropLast().split(separator: 0, maxSplits: 3, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard fields.count == 4, let tree = try? ObjectID(fields[1]), let time = Int64(fields[2]) else {
            throw GitFault("git log of \(url): no commit \(id)")
        }
        return GitCommit(id: id, tree: tree, time: time, subject: visible(fields[3]))
    }

    /// The last commit after `old` up to `new` that touches a context or its Dockerfile, and how many more do.
    ///
    /// Empty if there is none, or if `old` is not known any more, as after a rewritten branch.
    func news(of query: ContextQuery, from old: ObjectID, to new: ObjectID) async -> String {
        let most = 100
        let paths = query.context == .top ? [] : ["--", query.context.description, query.dockerfile.description]
        let answer = try? await read(["log", "-n\(most)", "--format=%H %s", "\(old)..\(new)"] + paths)
        let commits = String(decoding: answer ?? [], as: UTF8.self).split(separator: "\n")
        guard let last = commits.first else { return "" }
        let subject = shortened(String(last.drop { $0 != " " }.dropFirst()))
        let more = commits.count == most ? "\(most - 1) or more" : "\(commits.count - 1) more"
        return "\(last.prefix(7)) \(subject)" + (commits.count > 1 ? " (and \(more))" : "")
    }
}

/// Whether a command may have failed because our copy is damaged, and not because of the other side or the network.
func isDamaged(_ finished: Finished) -> Bool {
    let signs = [
        "bad object", "is corrupt", "not a git repository", "unable to read", "missing blob", "missing tree",
        "missing commit", "is empty", "does not point to a valid object", "bad config line",
        "did not send all necessary",
        "inflate: data stream error", "unable to unpack", "bad tree object", "unable to find", "invalid sha1 pointer",
        "could not parse object", "unable to parse object", "broken ref", "is garbage", "invalid object",
    ]
    return finished.errors.lines.contains { line in
        !line.hasPrefix("remote:") && signs.contains { line.contains($0) }
    }
}
