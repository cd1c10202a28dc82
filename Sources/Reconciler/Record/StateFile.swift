/// The state file, `state.jsonl`: everything that is remembered, and the only way to change it.
///
/// A change is on disk when `save` returns. Changes that come while others are being written share the next write and
/// its one sync. When a write fails the file is written anew as a whole at the next change, because after a failed
/// fsync nobody knows which bytes of the old one are on disk.
actor StateFile {
    private(set) var recorded: Recorded
    private let path: String
    /// Lines in the file, stale ones included.
    private var lines: Int
    private var mustRewrite: Bool
    private var pending: [StateChange] = []
    private var waiting: [CheckedContinuation<Void, any Error>] = []
    private var isWriting = false
    /// Whether the last write failed, so that what is remembered is not all on disk.
    var isFailing: Bool { failingSince != nil }
    /// When it began to fail; nil while it does not.
    private(set) var failingSince: Moment?

    /// What had to be done to read the file; each note is one line for the log.
    nonisolated let notes: [String]

    /// Opens `state.jsonl` in `folder`; the caller holds the folder's lock.
    ///
    /// A damaged file is kept under a new name, and what is readable in it is kept in use. Throws `FileFault` if the
    /// file cannot be read or set aside, and `StateTooNew` if a later version of the program wrote it.
    init(in folder: String, now: Moment) throws {
        path = folder + "/state.jsonl"
        let found = try Self.read(path)
        let bytes = found ?? []
        let text = StateText(bytes)
        if let version = text.unknownVersion { throw StateTooNew(path: path, version: version) }
        var notes: [String] = []
        let isDamaged = text.damaged > 0 || (found != nil && !text.hasHeader)
        if isDamaged {
            let aside = path + ".corrupt-" + now.description.filter { $0 != ":" }
            try writeFile(aside, bytes)
            notes.append(
                "state \(path) is damaged: kept what is readable (lines: \(text.lines)), set the file aside as \(aside); "
                    + "the rest is learnt again from the registry; look at it, and remove it"
            )
        }
        self.notes = notes
        recorded = text.recorded
        lines = text.lines
        mustRewrite = isDamaged || bytes.last != UInt8(ascii: "\n")
    }

    /// What was last done for an image.
    ///
    /// Asked for here and in the next four, and not of a copy of `recorded`, because a copy that is still held when the
    /// next change comes has all of it copied in earnest.
    subscript(image id: ImageID) -> ImageRecord? { recorded[image: id] }

    /// What was about to stand under an image's tags when the program was last heard of.
    subscript(push id: ImageID) -> PushRecord? { recorded[push: id] }

    /// Why the last try for an image failed; nil if it did not.
    subscript(failure id: ImageID) -> FailureRecord? { recorded[failure: id] }

    /// The new digest of a moved tag that has yet to settle.
    subscript(settling id: ImageID) -> SettlingRecord? { recorded[settling: id] }

    /// The last tries for an image; empty if there was none.
    subscript(runs id: ImageID) -> RunHistory { recorded[runs: id] }

    /// The changes that remember how the upstreams stand.
    func changes(of standings: [RegistryHost: RateLimits.Standing]) -> [StateChange] { recorded.changes(of: standings) }

    /// The damaged files that were set aside in `folder` and that nobody has removed yet.
    static func setAside(in folder: String) -> [String] {
        ((try? listFolder(folder)) ?? []).filter { $0.hasPrefix("state.jsonl.corrupt-") }
    }

    /// Reads what the state file in `folder` says without the lock; a line that is being written is passed over.
    static func peek(in folder: String) throws -> Recorded {
        let path = folder + "/state.jsonl"
        let text = StateText(try read(path) ?? [])
        if let version = text.unknownVersion { throw StateTooNew(path: path, version: version) }
        return text.recorded
    }

    /// Makes the changes, and returns when they are on disk.
    ///
    /// When it throws (`FileFault`), the changes hold in memory and are written with the next ones that succeed.
    func save(_ changes: [StateChange]) async throws {
        guard !changes.isEmpty else { return }
        for change in changes { recorded.apply(change) }
        pending += changes
        try await writeAndWait()
    }

    /// Returns when all changes made so far are on disk; throws `FileFault` while they cannot be written.
    func settle() async throws {
        if isWriting || mustRewrite { try await writeAndWait() }
    }

    private func writeAndWait() async throws {
        try await withCheckedThrowingContinuation { continuation in
            waiting.append(continuation)
            if !isWriting {
                isWriting = true
                Task { await writePending() }
            }
        }
    }

    private func writePending() async {
        while !waiting.isEmpty {
            let (changes, savers) = (pending, waiting)
            (pending, waiting) = ([], [])
            let outcome = await write(changes)
            for saver in savers { saver.resume(with: outcome) }
        }
        isWriting = false
    }

    private func write(_ changes: [StateChange]) async -> Result<Void, any Error> {
        let isStale = lines + changes.count > 2 * recorded.values.count + 200
        let path = path
        do {
            if mustRewrite || isStale {
                let (count, text) = (recorded.values.count, StateText.compact(recorded))
                mustRewrite = true
                try await onThread { try writeFile(path, text) }
                (lines, mustRewrite) = (count, false)
            } else {
                let text = changes.map { $0.line + "\n" }.joined()
                mustRewrite = true
                try await onThread { try appendToFile(path, Array(text.utf8), syncing: true) }
                (lines, mustRewrite) = (lines + changes.count, false)
            }
            failingSince = nil
            return .success(())
        } catch {
            failingSince = failingSince ?? .current()
            return .failure(error)
        }
    }

    private static func read(_ path: String) throws -> [UInt8]? {
        do {
            return try readFile(path, atMost: 1 << 30, isOurs: true)
        } catch let fault where fault.isNotFound {
            return nil
        }
    }
}

/// The state file was written by a later version of this program, which alone may change it.
struct StateTooNew: Error, CustomStringConvertible {
    let path: String
    let version: Int

    var description: String {
        "\(path) is of version \(version) and this program knows version 1; run the later reconcile, or move the file away"
    }
}
