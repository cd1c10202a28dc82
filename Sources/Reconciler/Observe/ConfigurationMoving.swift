import Glibc

extension ConfigurationCheckout {
    /// Moves the checkout; a kill at any point is finished by `finishInterrupted` at the next start.
    ///
    /// Files git does not track stay, and no hook is run. Throws, with the checkout as it was, if git finds local work
    /// that was made since the decision.
    func move(_ move: ConfigurationMove, of upstream: ConfigurationUpstream) async throws(GitFault) {
        let note = UpdateNote(move)
        do { try writeFile(notePath, Array(note.text.utf8)) } catch { throw GitFault("\(error)") }
        // Files that were only touched would count as edited; that some really are makes this exit with 1.
        _ = await run(["update-index", "-q", "--refresh", "--ignore-submodules"])
        let start = if let from = move.from { "\(from)" } else { try await emptyTree() }
        do throws(GitFault) {
            _ = try await read(["read-tree", "-m", "-u", start, "\(move.to)"])
        } catch {
            let isLocked = modified(gitFolder + "/index.lock") != nil
            if !isLocked, let edits = try? await edits(), edits.isEmpty { unlink(notePath) }
            throw error
        }
        let why = move.isRewrite ? "reset to \(upstream.name)" : "fast-forward to \(upstream.name)"
        try await settle(move, why)
        _ = await run(["gc", "--auto", "--quiet"])
    }

    /// Notes where the upstream branch is, as `git fetch` would; nothing depends on it.
    func track(_ upstream: ConfigurationUpstream, at commit: ObjectID) async {
        guard let tracking = upstream.tracking else { return }
        _ = await run(["update-ref", "-m", "reconcile: fetch", "--end-of-options", tracking, "\(commit)"])
    }

    /// Finishes an update that was killed, if nothing but its own traces is in the work tree; returns what to say.
    func finishInterrupted() async throws(GitFault) -> String? {
        guard let bytes = try? readFile(notePath, atMost: 1_000) else { return nil }
        guard let move = UpdateNote(String(decoding: bytes, as: UTF8.self))?.move else {
            unlink(notePath)
            return nil
        }
        let head = try await head()
        guard head == move.from || head == move.to, try await hasOnlyTraces(of: move) else {
            unlink(notePath)
            return nil
        }
        _ = try await read(["read-tree", "--reset", "-u", "\(move.to)"])
        if head == move.to { unlink(notePath) } else { try await settle(move, "finish an interrupted update") }
        return "\(visible(top)): finished the update to \(move.to.short) that was interrupted"
    }

    /// Where the update that is under way is noted.
    var notePath: String { gitFolder + "/reconcile-update" }

    private func settle(_ move: ConfigurationMove, _ why: String) async throws(GitFault) {
        let before = move.from.map { "\($0)" } ?? String(repeating: "0", count: "\(move.to)".utf8.count)
        _ = try await read(["update-ref", "-m", "reconcile: \(why)", "HEAD", "\(move.to)", before])
        unlink(notePath)
    }

    /// Whether each file is as it is in one of the two commits, or the beginning of what the second one has.
    private func hasOnlyTraces(of move: ConfigurationMove) async throws(GitFault) -> Bool {
        guard await commit(move.to) != nil else { return false }
        let changes = try await changes(from: move.from, to: move.to)
        let edited = try await edits()
        guard Set(edited).isSubset(of: changes.map(\.path)) else { return false }
        for change in changes {
            let path = "\(top)/\(change.path)"
            switch (try? fileKind(path)) ?? nil {
            case nil: continue
            case .file: if try await !isTrace(path, of: change) { return false }
            case .folder, .link, .other: if edited.contains(change.path) || change.old == nil { return false }
            }
        }
        return true
    }

    private func isTrace(_ path: String, of change: TreeChange) async throws(GitFault) -> Bool {
        guard let bytes = try? readFile(path, atMost: 64 << 20) else { return false }
        let name = "--path=" + change.path
        for arguments in [["hash-object", "--stdin", name], ["hash-object", "--stdin", "--no-filters"]] {
            let id = try await read(arguments, input: bytes)
            let seen = try? ObjectID(String(decoding: id, as: UTF8.self).trimmingSpaces)
            if let seen, seen == change.old || seen == change.new { return true }
        }
        guard let new = change.new else { return false }
        let content = try await read(["cat-file", "--filters", name, "\(new)"])
        return content.starts(with: bytes)
    }
}

/// The text that says which update is under way: the two commits, a dash for none.
private struct UpdateNote {
    let move: ConfigurationMove

    init(_ move: ConfigurationMove) { self.move = move }

    init?(_ text: String) {
        let fields = text.split { $0 == " " || $0 == "\n" }
        guard fields.count == 2, let to = try? ObjectID(fields[1]) else { return nil }
        let from = try? ObjectID(fields[0])
        guard from != nil || fields[0] == "-" else { return nil }
        move = ConfigurationMove(from: from, to: to, isRewrite: false)
    }

    var text: String { "\(move.from.map { "\($0)" } ?? "-") \(move.to)\n" }
}
