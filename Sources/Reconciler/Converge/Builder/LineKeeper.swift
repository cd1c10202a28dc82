import Synchronization

/// Hands lines on, escaped, and keeps the last 200 of them.
final class LineKeeper: Sendable {
    private let kept = Mutex<[String]>([])
    private let onLine: @Sendable (String) -> Void

    init(onLine: @escaping @Sendable (String) -> Void) { self.onLine = onLine }

    var lines: [String] { kept.withLock { $0.suffix(200) } }

    func take(_ line: String) {
        let shown = visible(line)
        kept.withLock { lines in
            lines.append(shown)
            if lines.count > 400 { lines.removeFirst(lines.count - 200) }
        }
        onLine(shown)
    }
}

/// Runs a builder's command to its end with all that it starts; throws `BuildFault` unless it succeeds.
@discardableResult
func runBuilder(
    _ command: Command,
    limit: Duration,
    groups: RunningGroups?,
    onLine: @escaping @Sendable (String) -> Void = { _ in }
) async throws(BuildFault) -> Captured {
    var command = command
    command.isSwept = true
    let keeper = LineKeeper(onLine: onLine)
    let finished = await Children.run(command, limit: limit, groups: groups, onLine: keeper.take)
    guard finished.termination.isSuccess else {
        throw BuildFault(command: command.display, termination: finished.termination, lines: keeper.lines)
    }
    return finished.output
}
