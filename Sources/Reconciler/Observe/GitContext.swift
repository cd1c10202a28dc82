/// A build context to look for in a commit.
struct ContextQuery: Hashable, Sendable {
    let context: RepositoryPath
    /// Its place in the repository, which may be outside the context.
    let dockerfile: RepositoryPath
}

/// What a commit has for a build.
enum ContextLook: Sendable, Equatable {
    case found(BuildContext)
    /// The commit has no such context or Dockerfile, or one that is refused; the reason is for people.
    case missing(String)
}

struct BuildContext: Sendable, Equatable {
    /// The tree of the context folder: it changes exactly when something in the folder does.
    let tree: ObjectID
    let dockerfile: ObjectID
}

extension GitRepository {
    /// The largest Dockerfile that is read.
    static let dockerfileLimit = 1 << 20

    /// Looks for any number of contexts in a commit with a fixed number of git processes.
    ///
    /// Git's objects are asked, never a disk: a symbolic link leads nowhere, so neither a context nor a Dockerfile can
    /// come from outside the repository.
    func contexts(
        _ queries: Set<ContextQuery>,
        in commit: GitCommit
    ) async throws(GitFault) -> [ContextQuery: ContextLook] {
        let paths = Set(queries.flatMap { [$0.context, $0.dockerfile] })
        var entries = try await entries(paths, in: commit)
        let missing = paths.filter { entries[$0] == nil }
        entries.merge(try await self.entries(Set(missing.flatMap(\.above)), in: commit)) { $1 }
        var looks: [ContextQuery: ContextLook] = [:]
        for query in queries { looks[query] = look(query, entries, in: commit) }
        return looks
    }

    /// The contents of Dockerfiles, read by one git process.
    func dockerfiles(_ ids: Set<ObjectID>) async throws(GitFault) -> [ObjectID: [UInt8]] {
        if ids.isEmpty { return [:] }
        let input = Array(ids.map { "\($0)\n" }.joined().utf8)
        let limit = ids.count * (Self.dockerfileLimit + 100)
        var rest = try await read(["cat-file", "--batch"], input: input, atMost: limit)[...]
        var contents: [ObjectID: [UInt8]] = [:]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let header = String(decoding: rest[..<end], as: UTF8.self).split(separator: " ")
            rest = rest[(end + 1)...]
            guard header.count == 3, header[1] == "blob", let id = try? ObjectID(header[0]), let size = Int(header[2]),
                rest.count > size
            else { throw GitFault("git cat-file of \(url): unexpected answer") }
            contents[id] = Array(rest.prefix(size))
            rest = rest.dropFirst(size + 1)
        }
        return contents
    }

    private func look(
        _ query: ContextQuery,
        _ entries: [RepositoryPath: TreeEntry],
        in commit: GitCommit
    ) -> ContextLook {
        guard let context = entries[query.context] else {
            return .missing(why(query.context, "folder", entries, in: commit))
        }
        guard context.kind == .tree else { return .missing("\(query.context) is \(context.kind), not a folder") }
        guard let file = entries[query.dockerfile] else {
            return .missing(why(query.dockerfile, "file", entries, in: commit))
        }
        guard file.kind == .file else { return .missing("\(query.dockerfile) is \(file.kind), not a file") }
        guard !query.dockerfile.description.hasSuffix(".in") else {
            let risk = "buildah and podman preprocess it, and its #include can read files of this machine"
            return .missing("\(query.dockerfile) ends with .in: \(risk); name it otherwise")
        }
        guard let size = file.size, size <= Self.dockerfileLimit else {
            return .missing("\(query.dockerfile) is larger than \(ByteCount(bytes: Int64(Self.dockerfileLimit)))")
        }
        return .found(BuildContext(tree: context.id, dockerfile: file.id))
    }

    private func why(
        _ path: RepositoryPath,
        _ kind: String,
        _ entries: [RepositoryPath: TreeEntry],
        in commit: GitCommit
    ) -> String {
        for above in path.above {
            if let entry = entries[above], entry.kind != .tree {
                return "\(above) on the way to \(path) is \(entry.kind), not a folder"
            }
        }
        return "no \(kind) \(path) in commit \(commit.id.short)"
    }

    private func entries(
        _ paths: Set<RepositoryPath>,
        in commit: GitCommit
    ) async throws(GitFault) -> [RepositoryPath:
        TreeEntry]
    {
        var found: [RepositoryPath: TreeEntry] = [:]
        if paths.contains(.top) { found[.top] = TreeEntry(kind: .tree, id: commit.tree, size: nil) }
        let named = paths.filter { $0 != .top }.map(\.description).sorted()
        for start in stride(from: 0, to: named.count, by: 1_000) {
            let part = named[start..<min(start + 1_000, named.count)]
            let answer = try await read(
                ["ls-tree", "-z", "-l", "-t", "--full-tree", commit.id.description, "--"] + part
            )
            for line in answer.split(separator: 0) {
                if let (path, entry) = TreeEntry.read(String(decoding: line, as: UTF8.self)), paths.contains(path) {
                    found[path] = entry
                }
            }
        }
        return found
    }
}

extension RepositoryPath {
    /// The folders on the way to it, outermost first, without the top.
    fileprivate var above: [RepositoryPath] {
        let parts = description.split(separator: "/")
        return parts.indices.dropFirst().compactMap { try? RepositoryPath(parts[..<$0].joined(separator: "/")) }
    }
}
