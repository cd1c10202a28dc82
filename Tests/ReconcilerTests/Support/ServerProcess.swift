import Glibc
import Testing

@testable import Reconciler

/// A real program that serves on loopback; killed with its last owner.
final class ServerProcess: Sendable {
    private let process: pid_t

    /// Starts it, its output in `log` of the folder, and waits until something listens on the port.
    init(_ arguments: [String], in folder: TemporaryFolder, answersOn port: UInt16) async throws {
        process = try Self.start(arguments, in: folder)
        try await eventually("\(arguments[0]) answers") { Loopback.answers(port) }
    }

    deinit {
        kill(process, SIGKILL)
        var status: Int32 = 0
        waitpid(process, &status, 0)
    }

    /// Runs a program to its end; one that fails is a failure of the test.
    static func run(_ arguments: [String], in folder: TemporaryFolder) async throws {
        let process = try start(arguments, in: folder)
        let status = try await onThread {
            var status: Int32 = 0
            waitpid(process, &status, 0)
            return status
        }
        guard status == 0 else { throw Loopback.Failure(message: "\(arguments[0]) failed") }
    }

    private static func start(_ arguments: [String], in folder: TemporaryFolder) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 1, folder.path + "/log", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var pointers = arguments.map { strdup($0) } + [nil]
        let environment = ["PATH=" + String(cString: getenv("PATH")), "HOME=" + folder.path]
        var variables = environment.map { strdup($0) } + [nil]
        defer { for pointer in pointers + variables { free(pointer) } }
        var process = pid_t()
        guard posix_spawnp(&process, arguments[0], &actions, nil, &pointers, &variables) == 0 else {
            throw Loopback.Failure(message: "cannot start \(arguments[0])")
        }
        return process
    }
}
