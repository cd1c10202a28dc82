import CLinux
import Foundation
import Glibc

@testable import Reconciler

/// A real program started by a test, in a temporary folder of its own; both are gone when `end` returns.
final class NudgeProgram {
    let folder: String
    private let pid: pid_t
    private var hasEnded = false

    /// Starts `arguments[0]`, found on the path; `files` are written first, and `FOLDER` in an argument is the folder.
    init(_ arguments: [String], files: [String: String] = [:]) throws {
        var template = Array("/tmp/nudge-test-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw SocketFault("mkdtemp", code: errno) }
        let folder = String(cString: made)
        self.folder = folder
        for (name, text) in files { try Self.write(text, to: folder + "/" + name) }
        let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
        let environment = ["PATH=\(path)", "HOME=\(folder)", "XDG_CONFIG_HOME=\(folder)", "XDG_DATA_HOME=\(folder)"]
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for descriptor in [Int32(1), 2] {
            let output = "\(folder)/output\(descriptor)"
            posix_spawn_file_actions_addopen(&actions, descriptor, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        }
        var pid = pid_t()
        var argv = arguments.map { strdup($0.replacing("FOLDER", with: folder)) } + [nil]
        var envp = environment.map { strdup($0) } + [nil]
        defer { for text in argv + envp { free(text) } }
        let code = posix_spawnp(&pid, arguments[0], &actions, nil, &argv, &envp)
        guard code == 0 else { throw SocketFault("start \(arguments[0])", code: code) }
        self.pid = pid
    }

    /// Waits until the program ends by itself; what it has printed.
    func output() -> String {
        wait()
        return Self.read(folder + "/output1")
    }

    /// Waits until something listens on `port`.
    func listens(on port: UInt16) throws {
        for _ in 0..<3_000 {
            if (try? NudgeClient(port: port)) != nil { return }
            if waitpid(pid, nil, WNOHANG) != 0 {
                hasEnded = true
                break
            }
            usleep(10_000)
        }
        throw SocketFault("nothing listens on \(port): " + Self.read(folder + "/output2"))
    }

    /// Ends the program and removes its folder.
    func end() {
        if !hasEnded { kill(pid, SIGTERM) }
        wait()
        try? FileManager.default.removeItem(atPath: folder)
    }

    private func wait() {
        while !hasEnded {
            hasEnded = waitpid(pid, nil, 0) >= 0 || errno != EINTR
        }
    }

    private static func write(_ text: String, to path: String) throws {
        let file = FileDescriptor(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600))
        let bytes = Array(text.utf8)
        guard Glibc.write(file.number, bytes, bytes.count) == bytes.count else {
            throw SocketFault("write \(path)", code: errno)
        }
    }

    private static func read(_ path: String) -> String {
        let file = FileDescriptor(open(path, O_RDONLY | O_CLOEXEC))
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = Glibc.read(file.number, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}
