import Glibc

/// The lock of the state folder: one `reconcile` that changes things at a time.
///
/// It is flock(2) on `lock`, which ends with the process however it dies. The file is never removed: two processes
/// could then hold locks on two files of the same name.
struct StateLock: Sendable {
    private let file: FileDescriptor

    /// Another process holds the lock; its number, as far as it can be read.
    struct Held: Error {
        let pid: Int32?
    }

    /// Takes the lock of `folder` and notes this process in it; throws `Held` at once if another has it.
    init(folder: String) throws {
        let path = folder + "/lock"
        let number = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard number >= 0 else { throw FileFault("open", path) }
        file = FileDescriptor(number)
        guard Self.take(number) else {
            guard errno == EWOULDBLOCK else { throw FileFault("lock", path) }
            let text = (try? readFile(path, atMost: 64)) ?? []
            let digits = String(decoding: text, as: UTF8.self).prefix { $0.isNumber }
            throw Held(pid: Int32(digits))
        }
        let text = Array("\(getpid())\n".utf8)
        guard ftruncate(number, 0) == 0, pwrite(number, text, text.count, 0) == text.count else {
            throw FileFault("write", path)
        }
    }

    /// Whether some process holds the lock of `folder`; nil if this account may not see that.
    static func isHeld(in folder: String) -> Bool? {
        let number = open(folder + "/lock", O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard number >= 0 else { return errno == ENOENT ? false : nil }
        defer { close(number) }
        if flock(number, LOCK_SH | LOCK_NB) == 0 { return false }
        return errno == EWOULDBLOCK ? true : nil
    }

    /// Whoever only asks whether the lock is held has it for a moment, so one refusal is none yet.
    private static func take(_ number: Int32) -> Bool {
        for _ in 0..<3 {
            if flock(number, LOCK_EX | LOCK_NB) == 0 { return true }
            guard errno == EWOULDBLOCK else { return false }
            usleep(10_000)
        }
        return flock(number, LOCK_EX | LOCK_NB) == 0
    }
}
