import CLinux
import Glibc
import Synchronization

/// The child processes of this program: how they are run, and how nothing of them is left behind.
enum Children {
    /// The environment variable by which descendants are recognised, whoever their parent has become.
    static let markerName = "RECONCILE_CHILD"
    /// The marker of children whose descendants may outlive them, such as ssh's shared connections.
    static let lastingMarker = "lasting"

    /// The children that run now and whether each is swept.
    private static let running = Mutex<[pid_t: Bool]>([:])
    private static let isSubreaper = Atomic<Bool>(false)

    /// Makes this process the parent of every descendant whose own parent dies (prctl(2), PR_SET_CHILD_SUBREAPER), so
    /// that sweeps find what a build left behind and no zombies gather; to be called once, at start.
    static func becomeSubreaper() {
        if linux_become_subreaper() == 0 { isSubreaper.store(true, ordering: .relaxed) }
    }

    /// Runs `command` to its end; a limit or the cancellation of the task ends it early, in steps.
    ///
    /// A process that outlives the child and keeps its pipes open is not waited for. `limit` is the time after which
    /// the child gets SIGTERM, `grace` what then passes until SIGKILL. `groups` notes the child while it runs, for the
    /// start after a crash. `stopsFor` is asked twice a second and ends the child with the reason it gives. `onLine`
    /// gets each line of both streams as it comes, without the command's secrets, on a thread of the child's.
    static func run(
        _ command: Command,
        limit: Duration? = nil,
        grace: Duration = .seconds(3),
        output: Keep = .first(4 << 20),
        errors: Keep = .last(64 << 10),
        groups: RunningGroups? = nil,
        stopsFor: (@Sendable () -> String?)? = nil,
        onLine: (@Sendable (String) -> Void)? = nil
    ) async -> Finished {
        let wake: Wake
        do { wake = try Wake() } catch { return neverRan(.notStarted(error.reason)) }
        if Task.isCancelled { return neverRan(.cancelled) }
        let bounds = Bounds(limit: limit, grace: grace, stopsFor: stopsFor)
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isStarted = startThread {
                    let supervision = Supervision(
                        bounds,
                        output: output,
                        errors: errors,
                        redaction: command.redaction,
                        onLine: onLine
                    )
                    continuation.resume(returning: runBlocking(command, supervision, wake: wake, groups: groups))
                }
                if !isStarted { continuation.resume(returning: neverRan(.notStarted("no thread: \(errnoText())"))) }
            }
        } onCancel: {
            wake.signal()
        }
    }

    /// Runs `command` as `run` does; throws unless it exits with status 0.
    static func check(
        _ command: Command,
        limit: Duration? = nil,
        output: Keep = .first(4 << 20)
    ) async throws -> Captured {
        let finished = await run(command, limit: limit, output: output)
        guard finished.termination.isSuccess else { throw failure(of: command, finished) }
        return finished.output
    }

    /// What to say of a command that did not succeed: its last line on standard error, else on standard output.
    static func failure(of command: Command, _ finished: Finished) -> CommandFailure {
        let last = finished.errors.lines.last ?? finished.output.lines.last ?? ""
        let said = visible(String(command.redaction(String(last)).prefix(500)))
        return CommandFailure(command: command.display, termination: finished.termination, said: said)
    }

    private static func neverRan(_ termination: Termination) -> Finished {
        let nothing = Captured(bytes: [], dropped: 0)
        return Finished(termination: termination, output: nothing, errors: nothing)
    }

    private static func runBlocking(
        _ command: Command,
        _ supervision: Supervision,
        wake: Wake,
        groups: RunningGroups?
    ) -> Finished {
        let marker = command.isSwept ? hexadecimal((0..<16).map { _ in UInt8.random(in: 0...255) }) : lastingMarker
        let spawned: Spawned
        do { spawned = try begin(command, marker: marker) } catch {
            return neverRan(.notStarted(command.redaction(error.reason)))
        }
        groups?.note(spawned.pid)
        let noted = command.isSwept ? groups : nil
        let finished = supervision.run(
            spawned,
            input: command.input,
            wake: wake,
            endsGroup: command.isSwept,
            onBeat: noted.map { groups in { groups.noteFamily(of: spawned.pid, isOrphan: isAdopted) } }
        )
        groups?.forget(spawned.pid)
        running.withLock { $0[spawned.pid] = nil }
        if command.isSwept { Sweep(marker: marker).run() }
        if isSubreaper.load(ordering: .relaxed) { reapOrphans() }
        return finished
    }

    /// Spawns under the lock, so that no sweep takes a child for an orphan before it is known.
    private static func begin(_ command: Command, marker: String) throws(SpawnFault) -> Spawned {
        let result: Result<Spawned, SpawnFault> = running.withLock { running in
            do throws(SpawnFault) {
                let spawned = try spawn(command, marker: marker)
                running[spawned.pid] = command.isSwept
                return .success(spawned)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// Whether a process found before this call may be an orphan of a swept child and of nothing that still runs.
    static func isForsaken(_ process: ProcessStat) -> Bool {
        guard isSubreaper.load(ordering: .relaxed), isAdopted(process) else { return false }
        guard running.withLock({ !$0.values.contains(true) }) else { return false }
        guard case .absent = startingEnvironment(of: process.pid, markerName) else { return false }
        return true
    }

    /// Whether the process became our child when its parent died; what we started ourselves in another way stays in
    /// our session.
    private static func isAdopted(_ process: ProcessStat) -> Bool {
        process.parent == getpid() && process.session != getsid(0)
            && running.withLock { $0[process.pid] == nil }
    }

    /// Takes the exit statuses of adopted processes that have ended.
    private static func reapOrphans() {
        while true {
            let pid = linux_peek_dead_child()
            guard pid > 0, let process = ProcessStat(pid), isAdopted(process) else { return }
            waitpid(pid, nil, WNOHANG)
        }
    }
}
