import Glibc
import Synchronization

/// Ends this process and all that it started when the orderly way takes too long: a disk that does not answer, a terminal
/// that nobody reads, a call that cannot be interrupted.
///
/// Nothing is lost by it that is on disk already, as by a kill; so it takes no lock and waits for nobody.
enum LastResort {
    /// What is left of ten seconds for a busy machine.
    static let patience = Duration.seconds(8)
    private static let isArmed = Atomic<Bool>(false)

    /// Has it come after `patience`, if the process is there then; to be called any number of
    /// times; `status` is then its exit status.
    static func arm(status: Int32) {
        guard !isArmed.exchange(true, ordering: .relaxed) else { return }
        _ = startThread {
            usleep(UInt32(patience.inSeconds * 1_000_000))
            killDescendants()
            // Standard error may be what nobody reads.
            let line = "reconcile: not everything ended within \(patience.text), so it was cut off\n"
            _ = startThread { try? writeAll(line.utf8, to: 2, "standard error") }
            usleep(100_000)
            _exit(status)
        }
    }

    /// Kills until nothing is found, as a process may fork while it is being looked for.
    private static func killDescendants() {
        for _ in 0..<5 {
            let processes = ProcessStat.all().filter { !$0.isZombie }
            let found = descendants(of: processes.filter { $0.parent == getpid() }, among: processes)
            guard !found.isEmpty else { return }
            for process in found { kill(process.pid, SIGKILL) }
        }
    }
}
