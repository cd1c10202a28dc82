import CLinux
import Glibc

/// A started child process and our ends of its pipes.
struct Spawned {
    let pid: pid_t
    /// Readable once the process has ended (pidfd_open(2)).
    let ended: FileDescriptor
    /// Nil if the child reads from `/dev/null`.
    let input: FileDescriptor?
    let output: FileDescriptor
    let errors: FileDescriptor
}

/// Why a child process could not be started.
struct SpawnFault: Error {
    let reason: String
}

/// Starts `command` in a session of its own, with default signals and no descriptor but the first three.
///
/// The own session makes the process the leader of its own group, keeps the terminal's signals and prompts away from
/// it, and tells its orphans from anything else this process started (`Sweep`).
func spawn(_ command: Command, marker: String) throws(SpawnFault) -> Spawned {
    let output = try makePipe()
    let errors = try makePipe()
    let input = command.input.isEmpty ? nil : try makePipe()
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
        posix_spawn_file_actions_destroy(&actions)
        posix_spawnattr_destroy(&attributes)
    }
    if let input {
        posix_spawn_file_actions_adddup2(&actions, input.read.number, 0)
    } else {
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    }
    posix_spawn_file_actions_adddup2(&actions, output.write.number, 1)
    posix_spawn_file_actions_adddup2(&actions, errors.write.number, 2)
    posix_spawn_file_actions_addclosefrom_np(&actions, 3)
    if let folder = command.folder { posix_spawn_file_actions_addchdir_np(&actions, folder) }
    setSignals(of: &attributes)

    var environment = command.environment
    environment[Children.markerName] = marker
    let pid = try start(
        command,
        environment: environment.map { "\($0.key)=\($0.value)" },
        actions: &actions,
        attributes: &attributes
    )
    let ended = linux_pidfd_open(pid)
    guard ended >= 0 else {
        let reason = "pidfd_open: \(errnoText())"
        kill(-pid, SIGKILL)
        waitpid(pid, nil, 0)
        throw SpawnFault(reason: reason)
    }
    for end in [input?.write, output.read, errors.read] {
        if let end { _ = fcntl(end.number, F_SETFL, O_NONBLOCK) }
    }
    return Spawned(
        pid: pid,
        ended: FileDescriptor(ended),
        input: input?.write,
        output: output.read,
        errors: errors.read
    )
}

private func start(
    _ command: Command,
    environment: [String],
    actions: inout posix_spawn_file_actions_t,
    attributes: inout posix_spawnattr_t
) throws(SpawnFault) -> pid_t {
    var pid: pid_t = 0
    let failure = withCStrings([command.program] + command.arguments) { arguments in
        withCStrings(environment) { environment in
            posix_spawnp(&pid, command.program, &actions, &attributes, arguments, environment)
        }
    }
    guard failure == 0 else {
        if failure == ENOENT, let folder = command.folder, access(folder, X_OK) != 0 {
            throw SpawnFault(reason: "cannot start in \(folder): \(errnoText())")
        }
        let hint = failure == ENOENT && !command.program.contains("/") ? "; install it or mend PATH" : ""
        throw SpawnFault(reason: "cannot start \(command.program): \(errnoText(failure))\(hint)")
    }
    return pid
}

private func setSignals(of attributes: inout posix_spawnattr_t) {
    var all = sigset_t()
    sigfillset(&all)
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(
        &attributes,
        Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | Int32(linux_spawn_setsid))
    )
}

private func makePipe() throws(SpawnFault) -> (read: FileDescriptor, write: FileDescriptor) {
    var ends: [Int32] = [-1, -1]
    guard pipe2(&ends, O_CLOEXEC) == 0 else { throw SpawnFault(reason: "pipe: \(errnoText())") }
    return (FileDescriptor(ends[0]).aboveStandard, FileDescriptor(ends[1]).aboveStandard)
}

private func withCStrings<Result>(
    _ texts: [String],
    _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    var pointers: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) }
    pointers.append(nil)
    defer { for pointer in pointers { free(pointer) } }
    return pointers.withUnsafeBufferPointer { buffer in
        // An array that was just appended to is never empty, so it has a base address.
        buffer.baseAddress.map(body) ?? body([nil])
    }
}
