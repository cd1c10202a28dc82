import Glibc

/// A note of each running child in a folder, by which the next start ends what a killed run left.
struct RunningGroups: Sendable {
    /// Holds one file `PID-STARTTIME` for each child, mode 0600.
    let folder: String

    /// Notes a running child; failing to only costs the tidying after a crash.
    func note(_ pid: pid_t) {
        guard let process = ProcessStat(pid) else { return }
        try? createFolder(folder)
        // Not synced: what a crash of the whole machine forgets, it also ends.
        try? appendToFile("\(folder)/\(name(of: process))", [])
    }

    func forget(_ pid: pid_t) {
        for name in (try? listFolder(folder)) ?? [] where name.hasPrefix("\(pid)-") { unlink("\(folder)/\(name)") }
    }

    /// Kills the noted processes that still run, with their groups and descendants, and returns their pids.
    ///
    /// Only a process with the noted start time is the noted one; a pid alone may long be another's.
    @discardableResult
    func reapLeftovers() -> [pid_t] {
        let processes = ProcessStat.all()
        let noted = Set((try? listFolder(folder)) ?? [])
        let leaders = processes.filter { noted.contains(name(of: $0)) && !$0.isZombie }
        for process in descendants(of: leaders, among: processes) { kill(process.pid, SIGKILL) }
        for leader in leaders { kill(-leader.pid, SIGKILL) }
        for name in noted { unlink("\(folder)/\(name)") }
        return leaders.map(\.pid)
    }

    private func name(of process: ProcessStat) -> String { "\(process.pid)-\(process.startTime)" }
}
