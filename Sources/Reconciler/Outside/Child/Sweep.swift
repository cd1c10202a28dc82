import Glibc

/// Ends whatever a swept child left running, also what took a session and a parent of its own.
struct Sweep {
    let marker: String

    /// Kills until nothing is found, as a process may fork while it is being looked for; gives up after 50 rounds.
    func run() {
        for _ in 0..<50 {
            let found = leftovers()
            guard !found.isEmpty else { return }
            for process in found { kill(process.pid, SIGKILL) }
            for process in found { waitUntilGone(process) }
        }
    }

    private func leftovers() -> [ProcessStat] {
        let processes = ProcessStat.all().filter { !$0.isZombie }
        let roots = processes.filter { process in
            startingEnvironment(of: process.pid, Children.markerName).value == marker || Children.isForsaken(process)
        }
        return descendants(of: roots, among: processes)
    }

    /// Kernel threads of a dying process can take a moment; one second is enough for anything not stuck in a disk.
    private func waitUntilGone(_ process: ProcessStat) {
        for _ in 0..<200 {
            if process.parent == getpid() { waitpid(process.pid, nil, WNOHANG) }
            guard let now = ProcessStat(process.pid), now.startTime == process.startTime, !now.isZombie else { return }
            usleep(5_000)
        }
    }
}

/// `roots` and all that descends from them, each once.
func descendants(of roots: [ProcessStat], among processes: [ProcessStat]) -> [ProcessStat] {
    let children = Dictionary(grouping: processes, by: \.parent)
    var found: [pid_t: ProcessStat] = [:]
    var pending = roots
    while let process = pending.popLast() {
        if found.updateValue(process, forKey: process.pid) == nil { pending += children[process.pid] ?? [] }
    }
    return Array(found.values)
}
