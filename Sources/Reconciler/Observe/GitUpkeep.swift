import CLinux
import Glibc

extension GitRepository {
    /// Makes the bare repository if it is not there or was not made here, and removes lock files that a killed git left; under
    /// our lock.
    func prepare() async throws(GitFault) {
        if (try? fileKind(folder + "/HEAD")) != .file || !hasOwnConfiguration {
            do {
                try emptyRepository()
                try createFolder(folder + "/empty")
            } catch { throw GitFault("\(error)") }
            let command = Command(
                "git",
                ["init", "--quiet", "--bare", "--template=", "--end-of-options", folder],
                environment: git.local([], gitFolder: folder).environment
            )
            let finished = await Children.run(command, limit: .seconds(60))
            guard finished.termination.isSuccess else { throw GitFault("git init \(folder)", finished) }
            do { try writeFile(folder + "/config", Array(Self.configuration.utf8)) } catch {
                throw GitFault("\(error)")
            }
        }
        removeStaleLocks(below: folder, depth: 0)
    }

    /// What the configuration file of every copy says (git-config(1)).
    private static let configuration = "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n"

    /// Whether the copy is configured as we do it, and by nothing besides.
    ///
    /// A repository's configuration names programs that git runs (filters, hooks, helpers), and the state folder may lie in a
    /// checkout into which others push.
    private var hasOwnConfiguration: Bool {
        guard let bytes = try? readFile(folder + "/config", atMost: 1 << 16, isOurs: true),
            bytes.elementsEqual(Self.configuration.utf8)
        else { return false }
        // Both lead git to another configuration (gitrepository-layout(5)).
        return ["commondir", "config.worktree"].allSatisfy { (try? fileKind("\(folder)/\($0)")) == .some(nil) }
    }

    /// Whether git finds our copy in order: each reference and all that it leads to (git-fsck(1)).
    func isIntact() async -> Bool {
        let check = git.local(["fsck", "--connectivity-only", "--no-dangling", "--no-progress"], gitFolder: folder)
        let finished = await Children.run(check, limit: .seconds(300), output: .last(4_096), groups: git.groups)
        guard case .exited(let status) = finished.termination else { return true }
        return status == 0
    }

    /// Makes the next fetch begin with a new copy.
    func markDamaged() { unlink(folder + "/HEAD") }

    /// Packs loose objects once there are many (git-gc(1), `--auto`); what nothing refers to goes after two weeks.
    func maintain() async {
        _ = await Children.run(
            git.local(["gc", "--auto", "--quiet"], gitFolder: folder),
            limit: .seconds(600),
            groups: git.groups
        )
    }

    /// Removes what a fetch that failed has received so far.
    func removePartialPacks() {
        let packs = folder + "/objects/pack"
        for name in (try? listFolder(packs)) ?? [] where name.hasPrefix("tmp_") { unlink("\(packs)/\(name)") }
        let objects = folder + "/objects"
        for name in (try? listFolder(objects)) ?? [] where name.hasPrefix("tmp_objdir") {
            try? removeTree("\(objects)/\(name)")
        }
    }

    private func emptyRepository() throws(FileFault) {
        try createFolder(folder)
        for name in try listFolder(folder) where name != RepositoryLock.name { try removeTree("\(folder)/\(name)") }
    }

    /// Looks everywhere but in the 256 folders of loose objects, which have no locks.
    private func removeStaleLocks(below path: String, depth: Int) {
        for name in (try? listFolder(path)) ?? [] where name != RepositoryLock.name {
            let place = "\(path)/\(name)"
            if name.hasSuffix(".lock") || name == "gc.pid" {
                unlink(place)
            } else if depth < 3, name.utf8.count != 2, (try? fileKind(place)) == .folder {
                removeStaleLocks(below: place, depth: depth + 1)
            }
        }
    }
}

/// Holds a repository for one fetch, against other tasks and against a `plan` in another process (flock(2)).
struct RepositoryLock {
    static let name = "reconcile-lock"
    private let file: FileDescriptor

    /// Waits up to ten minutes for whoever holds it.
    init(_ folder: String) async throws(GitFault) {
        do { try createFolder(folder) } catch { throw GitFault("\(error)") }
        let path = "\(folder)/\(Self.name)"
        let number = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard number >= 0 else { throw GitFault("\(FileFault("open", path))") }
        file = FileDescriptor(number)
        let end = ContinuousClock.now + .seconds(600)
        while flock(number, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else { throw GitFault("\(FileFault("lock", path))") }
            guard ContinuousClock.now < end else { throw GitFault("\(path) has been held for ten minutes") }
            do { try await Task.sleep(for: .milliseconds(20)) } catch { throw GitFault("cancelled") }
        }
    }

    func release() { file.close() }
}
