import Glibc
import Testing

@testable import Reconciler

/// The real program as a service, started as init or cron would; killed with its last owner.
final class RunningService: Sendable {
    let pid: pid_t
    /// Where its standard error goes.
    let logFile: String

    /// Starts it in its folder, its standard error appended to `log`.
    init(_ command: Command, log: String) throws {
        logFile = log
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        let enter = ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", command.folder ?? "."]
        var words = (enter + [command.program] + command.arguments).map { strdup($0) } + [nil]
        var variables = command.environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { for text in words + variables { free(text) } }
        var pid = pid_t()
        guard posix_spawn(&pid, "/bin/sh", &actions, nil, &words, &variables) == 0 else {
            throw Loopback.Failure(message: "cannot start \(command.program)")
        }
        self.pid = pid
    }

    deinit {
        Glibc.kill(pid, SIGKILL)
        _ = wait()
    }

    /// The lines of the log without their times.
    var events: [String] {
        let text = (try? readFile(logFile, atMost: 16 << 20)) ?? []
        return String(decoding: text, as: UTF8.self).split(separator: "\n").map { line in
            line.prefix(20).allSatisfy { $0.isNumber || "/: ".contains($0) } ? String(line.dropFirst(20)) : String(line)
        }
    }

    /// Waits until the log has a line that begins so, the `count`th of its kind.
    func says(_ beginning: String, times: Int = 1, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try await reaches("the log says \(beginning)", sourceLocation: sourceLocation) {
            events.count { $0.hasPrefix(beginning) } >= times
        }
    }

    /// Waits at most two minutes for a condition; one that does not come fails the test with the log.
    func reaches(
        _ what: String,
        sourceLocation: SourceLocation = #_sourceLocation,
        _ condition: () async throws -> Bool
    ) async throws {
        let end = ContinuousClock.now + .seconds(120)
        while ContinuousClock.now < end {
            if try await condition() { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        let log = events.suffix(60).joined(separator: "\n")
        Issue.record("not reached: \(what)\n\(log)", sourceLocation: sourceLocation)
        throw Loopback.Failure(message: what)
    }

    func signal(_ number: Int32) { Glibc.kill(pid, number) }

    /// Has it stop, and returns its exit status and the time it took.
    func stop(_ number: Int32 = SIGTERM) async throws -> (status: Int32?, took: Duration) {
        let begin = ContinuousClock.now
        signal(number)
        let status = try await onThread { self.wait() }
        return (status, ContinuousClock.now - begin)
    }

    /// Waits until it has ended by itself.
    func ended() async throws -> Int32? { try await onThread { self.wait() } }

    /// The exit status; nil if a signal ended it, or it was waited for before.
    private func wait() -> Int32? {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 { if errno != EINTR { return nil } }
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : nil
    }

    /// Resident memory in bytes.
    var memory: Int {
        let text = (try? readFile("/proc/\(pid)/statm", atMost: 256)) ?? []
        let pages = String(decoding: text, as: UTF8.self).split(separator: " ").dropFirst().first.flatMap { Int($0) }
        return (pages ?? 0) * Int(getpagesize())
    }
}
