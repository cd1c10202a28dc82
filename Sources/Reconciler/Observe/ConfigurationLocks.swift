import Glibc

extension ConfigurationCheckout {
    /// The age at which a lock file without a process is taken for forgotten.
    private static let forgotten = Duration.seconds(600)

    /// Removes lock files that a killed git left in the way of an update; returns what to say about it.
    ///
    /// A lock is left alone while it is younger than ten minutes, unless it came with an update of ours that was killed,
    /// and while a git can be seen at work in this work tree. The update is then for a later pass: throws the reason.
    func removeForgottenLocks(of branch: String?, now: Moment) throws(GitFault) -> [String] {
        var paths = [gitFolder + "/index.lock", gitFolder + "/HEAD.lock", commonFolder + "/packed-refs.lock"]
        if let branch { paths.append("\(commonFolder)/\(branch).lock") }
        let ownUpdate = modified(notePath)
        var notes: [String] = []
        for path in paths {
            guard let time = modified(path) else { continue }
            let isOwn = ownUpdate.map { $0 <= time } ?? false
            guard isOwn || now - time > Self.forgotten, !isGitAtWork else {
                throw GitFault("\(visible(path)): another git is at work there; if none is, remove the file")
            }
            guard unlink(path) == 0 else { throw GitFault("\(FileFault("remove", path))") }
            notes.append("\(visible(path)): removed, a git that was killed had left it")
        }
        return notes
    }

    /// Whether a process of git's that this account may look at has its working folder here.
    private var isGitAtWork: Bool {
        let processes = (try? listFolder("/proc"))?.filter { $0.utf8.allSatisfy { (48...57).contains($0) } } ?? []
        return processes.contains { process in
            guard let name = try? readFile("/proc/\(process)/comm", atMost: 64), name.starts(with: "git".utf8),
                let folder = try? resolvedPath("/proc/\(process)/cwd")
            else { return false }
            return folder == top || folder.hasPrefix(top + "/")
        }
    }
}
