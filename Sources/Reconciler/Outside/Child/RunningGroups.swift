import Glibc

/// A note of each running child in a folder, by which the next start ends what a killed run left.
struct RunningGroups: Sendable {
    /// Holds one file `PID-STARTTIME` for each child, mode 0600, and in it a line of the same form for each process that
    /// descends from it.
    let folder: String

    /// Notes a running child; failing to only costs the tidying after a crash.
    func note(_ pid: pid_t) {
        guard let process = ProcessStat(pid) else { return }
        try? createFolder(folder)
        // Not synced: what a crash of the whole machine forgets, it also ends.
        try? appendToFile("\(folder)/\(name(of: process))", [])
    }

    /// Notes what now descends from a running child, and the orphans that are this process's: if the child dies with
    /// this process, what has left its group can be found by nothing else.
    func noteFamily(of pid: pid_t, isOrphan: (ProcessStat) -> Bool) {
        let processes = ProcessStat.all()
        guard let leader = processes.first(where: { $0.pid == pid }) else { return }
        let family = descendants(of: processes.filter { $0.pid == pid || isOrphan($0) }, among: processes)
        let lines = family.map(name).joined(separator: "\n")
        try? writeFile("\(folder)/\(name(of: leader))", Array(lines.utf8), isSynced: false)
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
        let files = (try? listFolder(folder)) ?? []
        let noted = Set(files + files.flatMap(family))
        let leaders = processes.filter { noted.contains(name(of: $0)) && !$0.isZombie }
        for process in descendants(of: leaders, among: processes) { kill(process.pid, SIGKILL) }
        for leader in leaders { kill(-leader.pid, SIGKILL) }
        for file in files { unlink("\(folder)/\(file)") }
        return leaders.map(\.pid)
    }

    private func family(in file: String) -> [String] {
        let text = (try? readFile("\(folder)/\(file)", atMost: 1 << 20)) ?? []
        return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private func name(of process: ProcessStat) -> String { "\(process.pid)-\(process.startTime)" }
}
