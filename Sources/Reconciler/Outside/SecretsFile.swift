import Glibc
import Synchronization

/// The file of `--secrets`: `NAME=value` lines that are read again whenever the file changes.
///
/// It must be a regular file of this account with mode 0600 or less, outside the checkout once links are resolved:
/// whoever may push to the config repo must not choose what counts as a secret, nor read it.
final class SecretsFile: Sendable {
    private struct State {
        var stamp: Stamp?
        var secrets = Secrets()
        var shown = Redaction()
    }

    private let path: String
    private let checkout: String
    private let state = Mutex(State())

    static let limit = 1 << 20

    /// Names the file, which is not read yet; `checkout` is the folder of the config repo.
    init(_ path: String, outside checkout: String) {
        self.path = path
        self.checkout = checkout
    }

    /// What the file says now; throws `FileFault` with the cure if it may not be used.
    func read() throws(FileFault) -> Secrets {
        let number = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        guard number >= 0 else { throw FileFault("open", path) }
        let file = FileDescriptor(number)
        let stamp = try check(file)
        if let known = state.withLock({ $0.stamp == stamp ? $0.secrets : nil }) { return known }
        let bytes = try readToEnd(file, path, atMost: Self.limit)
        let secrets: Secrets
        do throws(Malformed) {
            secrets = try Secrets(bytes)
        } catch {
            throw FileFault("use", path, reason: error.message)
        }
        state.withLock { state in
            state.stamp = stamp
            state.secrets = secrets
            state.shown = state.shown.adding(secrets.values)
        }
        return secrets
    }

    /// Hides every value that was ever read, since a replaced one may be valid elsewhere for a while.
    var redaction: Redaction { state.withLock { $0.shown } }

    /// Checks the open file against the rules, and tells one state of it from the next.
    private func check(_ file: FileDescriptor) throws(FileFault) -> Stamp {
        var facts = stat()
        guard fstat(file.number, &facts) == 0 else { throw FileFault("stat", path) }
        func refuse(_ reason: String) -> FileFault { FileFault("use", path, reason: reason) }
        guard facts.st_mode & S_IFMT == S_IFREG else { throw refuse("it is no regular file; name a file") }
        guard facts.st_uid == geteuid() else {
            throw refuse(
                "it belongs to user \(facts.st_uid), not to this account; run chown \(geteuid()) \(visible(path))"
            )
        }
        guard facts.st_mode & 0o7777 & ~0o600 == 0 else {
            let mode = String(facts.st_mode & 0o7777, radix: 8)
            throw refuse("its mode is 0\(mode), so others may read or run it; run chmod 600 \(visible(path))")
        }
        let place = try resolvedPath("/proc/self/fd/\(file.number)")
        let folder = try resolvedPath(checkout)
        guard !place.hasPrefix(folder == "/" ? "/" : folder + "/") else {
            throw refuse("it lies in the checkout \(visible(folder)), from where it could be pushed; move it out")
        }
        return Stamp(facts)
    }
}

/// What changes when a file's content does.
private struct Stamp: Equatable {
    let device: dev_t
    let inode: ino_t
    let size: off_t
    let times: [Int]

    init(_ facts: stat) {
        (device, inode, size) = (facts.st_dev, facts.st_ino, facts.st_size)
        times = [facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec, facts.st_ctim.tv_sec, facts.st_ctim.tv_nsec]
    }
}
