/// What is to be done with the checkout, now that it is known where the upstream branch is.
enum ConfigurationStep: Sendable, Equatable {
    case stay(ConfigurationUpdate)
    case move(ConfigurationMove)
}

/// A change of the checkout from one commit to another that touches no local work.
struct ConfigurationMove: Sendable, Equatable {
    /// Nil before the first commit.
    let from: ObjectID?
    let to: ObjectID
    /// Whether `from` is no longer a part of the branch.
    let isRewrite: Bool

    var update: ConfigurationUpdate { .moved(from: from, to: to, isRewrite: isRewrite) }
}

extension ConfigurationCheckout {
    /// Decides how to get from `head` to where the upstream branch is, at `target`; changes nothing.
    ///
    /// A rewritten branch is followed from a commit that this program fetched, because then nobody made it here.
    func step(
        from head: ObjectID?,
        to target: ObjectID,
        of upstream: ConfigurationUpstream,
        wasFetched: @Sendable (ObjectID) -> Bool
    ) async throws(GitFault) -> ConfigurationStep {
        if head == target { return .stay(.current) }
        var isRewrite = false
        if let head, try await !ask(["merge-base", "--is-ancestor", "\(head)", "\(target)"]) {
            guard wasFetched(head) else {
                return .stay(.kept(try await localCommits(since: target, upstream)))
            }
            isRewrite = true
        }
        let edits = try await edits()
        if let first = edits.first {
            let more = edits.count > 1 ? " and \(edits.count - 1) more" : ""
            let why =
                "local edits of \(shortened(first))\(more) are kept, and \(upstream.name) at \(target.short) waits"
            return .stay(.kept("\(visible(top)): \(why); commit and push them, or put them aside: git stash"))
        }
        let changes = try await changes(from: head, to: target)
        if let planted = changes.first(where: { $0.new != nil && isOwn($0.path) }) {
            let why =
                "\(shortened(planted.path)) of \(upstream.name) at \(target.short) lies where reconcile keeps its own files"
            return .stay(.kept("\(visible(top)): \(why), so that commit is not used; take it out of the repository"))
        }
        if let path = untracked(in: changes) {
            let why =
                "\(shortened(path)) is in the way of \(upstream.name) at \(target.short), and git does not track it"
            return .stay(.kept("\(visible(top)): \(why); move it away"))
        }
        return .move(ConfigurationMove(from: head, to: target, isRewrite: isRewrite))
    }

    private func localCommits(
        since target: ObjectID,
        _ upstream: ConfigurationUpstream
    ) async throws(GitFault) -> String {
        let counts = try await read(["rev-list", "--left-right", "--count", "\(target)...HEAD"])
        let numbers = String(decoding: counts, as: UTF8.self).split { $0 == "\t" || $0 == "\n" }
        let own = numbers.last == "1" ? "1 local commit is" : "\(numbers.last ?? "some") local commits are"
        if numbers.first == "0" {
            return "\(visible(top)): \(own) not in \(upstream.name), and kept; push"
        }
        return "\(visible(top)): \(own) kept, and \(upstream.name) at \(target.short) waits, because they went "
            + "different ways; rebase and push, or give the local ones up: git reset --keep \(target.short)"
    }

    /// The files that differ between two commits; all of the second one's if there is no first.
    func changes(from old: ObjectID?, to new: ObjectID) async throws(GitFault) -> [TreeChange] {
        let start = if let old { "\(old)" } else { try await emptyTree() }
        let answer = try await read(["diff-tree", "-r", "-z", "--no-renames", "--no-ext-diff", start, "\(new)"])
        let fields = answer.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        return stride(from: 0, to: fields.count - 1, by: 2).compactMap { TreeChange(fields[$0], path: fields[$0 + 1]) }
    }

    /// The name that the tree without entries has in this repository, which git knows without storing it.
    func emptyTree() async throws(GitFault) -> String {
        String(decoding: try await read(["hash-object", "-t", "tree", "--stdin"]), as: UTF8.self).trimmingSpaces
    }

    /// Something in the work tree that the changes would overwrite and git does not track, ignored or not.
    ///
    /// Git itself counts ignored files as expendable, but the state folder and the registry's data are among them.
    private func untracked(in changes: [TreeChange]) -> String? {
        let removed = Set(changes.filter { $0.new == nil }.map(\.path))
        for change in changes where change.old == nil {
            let parts = change.path.split(separator: "/")
            for count in 1..<max(1, parts.count) {
                let folder = parts[..<count].joined(separator: "/")
                switch (try? fileKind("\(top)/\(folder)")) ?? nil {
                case .file, .link, .other: if !removed.contains(folder) { return folder }
                case .folder, nil: break
                }
            }
            if let found = untracked(at: change.path, except: removed) { return found }
        }
        return nil
    }

    private func untracked(at path: String, except removed: Set<String>) -> String? {
        switch (try? fileKind("\(top)/\(path)")) ?? nil {
        case nil: return nil
        case .folder:
            guard removed.contains(where: { $0.hasPrefix(path + "/") }) else { return path }
            let names = (try? listFolder("\(top)/\(path)")) ?? []
            return names.lazy.compactMap { untracked(at: "\(path)/\($0)", except: removed) }.first
        case .file, .link, .other: return removed.contains(path) ? nil : path
        }
    }
}

/// A file that two commits have differently (git-diff-tree(1), "Raw output format").
struct TreeChange: Sendable, Equatable {
    let path: String
    /// Nil if the first commit has no such file.
    let old: ObjectID?
    /// Nil if the second commit has no such file.
    let new: ObjectID?

    /// Reads `:MODE MODE ID ID STATUS`; nil for anything else.
    init?(_ line: String, path: String) {
        let fields = line.split(separator: " ")
        guard line.hasPrefix(":"), fields.count == 5, let old = try? ObjectID(fields[2]),
            let new = try? ObjectID(fields[3])
        else { return nil }
        self.path = path
        self.old = fields[0] == ":000000" ? nil : old
        self.new = fields[1] == "000000" ? nil : new
    }
}
