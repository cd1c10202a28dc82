import Glibc
import Synchronization

/// What the demo prints: commands as one would type them, what they say, and what came of it.
final class DemoConsole: Sendable {
    private let isVerbose: Bool
    private let hasColours: Bool
    /// Lines that were not worth showing, unless the step fails.
    private let hidden = Mutex<[String]>([])
    /// What runs just now, and since when; drawn below the rest on a terminal.
    private let running = Mutex<Running?>(nil)
    private let screen = Screen(descriptor: 1)

    private struct Running {
        let what: String
        let began = ContinuousClock.now
        /// What it said last, if that was not worth showing.
        var line = ""
    }

    /// Colours are for terminals, unless the variable `NO_COLOR` is set (no-color.org).
    init(isVerbose: Bool, environment: [String: String] = currentEnvironment()) {
        self.isVerbose = isVerbose
        hasColours = isatty(1) == 1 && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    }

    func put(_ line: String) { screen.print(line + "\n") }

    /// Shows on a terminal what runs, until cancelled.
    func showProgress(_ step: @escaping @Sendable () -> String) async {
        let start = ContinuousClock.now
        await screen.run { size in
            guard let running = self.running.withLock({ $0 }) else { return [] }
            let now = ContinuousClock.now
            let lines = [
                "   \(running.what)  \(clockText((now - running.began).inSeconds))  \(running.line)",
                "   \(step())  \(clockText((now - start).inSeconds))",
            ]
            return lines.map { fitted($0, size.columns - 1) }
        }
    }

    /// Says what runs from now on, or that nothing does.
    func runs(_ what: String?) {
        running.withLock { $0 = what.map { Running(what: $0) } }
        screen.note()
    }

    func title(_ text: String) {
        hidden.withLock { $0 = [] }
        put(styled(text, "1"))
    }

    /// A command as one would type it.
    func command(_ line: String) { put(styled("   $ \(line)", "2")) }

    /// Something that happens without a command.
    func note(_ text: String) { put("   \(text)") }

    /// A line of a program's output; those of the log lose their time.
    func line(_ text: String) {
        let event = visible(withoutTime(text))
        let isShown = isVerbose || isTelling(event)
        running.withLock { $0?.line = isShown ? "" : event }
        screen.note()
        if isShown {
            put("     \(event)")
        } else {
            hidden.withLock { $0.append(event) }
        }
    }

    /// Prints what was not worth showing before.
    func putRest() {
        for line in hidden.withLock({ $0 }) { put("     \(line)") }
    }

    func outcome(_ happened: Bool, _ seen: String, _ took: Duration) {
        put(styled(happened ? "   ✓" : "   ✗", happened ? "32" : "31") + " \(seen) (\(secondsText(took)))")
    }

    private func styled(_ text: String, _ code: String) -> String {
        hasColours ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }

    /// Whether a line tells what came of something, and not how it is done.
    private func isTelling(_ event: String) -> Bool { !event.hasPrefix("    ") && !event.contains(" [build ") }

    private func withoutTime(_ line: String) -> String {
        let time = line.utf8.prefix(20)
        let isTime = time.count == 20 && time.allSatisfy { (48...57).contains($0) || "/: ".utf8.contains($0) }
        return isTime ? String(line.dropFirst(20)) : line
    }
}
