import Glibc
import Synchronization

/// The log: one line an event, in the form people already tail, `2021/04/08 16:20:01 mirror alpine:3.20 …`.
///
/// Whatever comes in, a line stays one line: control characters are escaped and secrets are `***`.
final class Log: Sendable {
    private let write: @Sendable (String) -> Void
    private let now: @Sendable () -> Moment
    private let redaction: @Sendable () -> Redaction

    /// Sends finished lines, newline included, to `write`; lines come one at a time.
    init(
        redaction: @escaping @Sendable () -> Redaction,
        now: @escaping @Sendable () -> Moment,
        write: @escaping @Sendable (String) -> Void
    ) {
        self.redaction = redaction
        self.now = now
        let turn = Mutex(())
        self.write = { line in turn.withLock { _ in write(line) } }
    }

    /// Logs one event.
    func callAsFunction(_ event: String) {
        write(stamp(now()) + " " + shown(event) + "\n")
    }

    /// Logs an event and, indented below it, the lines of a command's output.
    func callAsFunction(_ event: String, output: [String]) {
        let lines = [stamp(now()) + " " + shown(event)] + output.map { "    " + shown($0) }
        write(lines.joined(separator: "\n") + "\n")
    }

    /// `text` as one line that people may see: without secrets, control characters escaped.
    func shown(_ text: String) -> String { visible(redaction()(text)) }

    /// A log on standard error.
    static func standardError(redaction: @escaping @Sendable () -> Redaction) -> Log {
        Log(redaction: redaction, now: Moment.current) { put($0, on: 2) }
    }
}

/// Local time as `2021/04/08 16:20:01`.
func stamp(_ moment: Moment) -> String {
    var seconds = time_t(moment.seconds)
    var parts = tm()
    localtime_r(&seconds, &parts)
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let day = "\(parts.tm_year + 1_900)/\(two(parts.tm_mon + 1))/\(two(parts.tm_mday))"
    return day + " \(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
}
