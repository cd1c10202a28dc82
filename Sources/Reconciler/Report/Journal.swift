import Glibc
import Synchronization

/// Where the lines of the log go: to a file or standard error, and among the recent lines for `log.txt`.
///
/// It never throws and never loses a line: while the file cannot be written, lines go to standard error.
final class Journal: Sendable {
    private struct Lines {
        var file: RotatingFile?
        var outage = Outage()
        var recent = RecentLines()
    }

    private let lines = Mutex(Lines())
    /// Called with text for standard error.
    private let screen: @Sendable (String) -> Void
    /// Called after each line, outside of the lock.
    private let onChange: @Sendable () -> Void

    init(screen: @escaping @Sendable (String) -> Void, onChange: @escaping @Sendable () -> Void = {}) {
        self.screen = screen
        self.onChange = onChange
    }

    /// Sends the lines from now on to `path` instead of standard error.
    func append(to path: String) { lines.withLock { $0.file = RotatingFile(path) } }

    /// Puts lines of an earlier run before those of this one.
    func recall(_ earlier: String) {
        lines.withLock { lines in
            let now = lines.recent.text
            lines.recent = RecentLines()
            lines.recent.add(earlier)
            lines.recent.add(now)
        }
    }

    /// Takes finished lines, newline included.
    func take(_ text: String) {
        lines.withLock { lines in
            lines.recent.add(text)
            guard lines.file != nil else { return screen(text) }
            do throws(FileFault) {
                try lines.file?.append(text.utf8)
                let end = lines.outage.line(nil, end: "the log is written to its file again")
                if let end { screen("reconcile: \(end)\n") }
            } catch {
                let begin = lines.outage.line("the log goes to standard error: \(error)", end: "")
                if let begin { screen("reconcile: \(begin)\n") }
                screen(text)
            }
        }
        onChange()
    }

    /// What `log.txt` holds.
    var recent: String { lines.withLock { $0.recent.text } }
}
