import CLinux
import Glibc
import Synchronization

/// Standard error: lines of the log, and on a terminal below them what runs just now, redrawn in place.
final class Screen: Sendable {
    /// The lines below the log; empty while nothing is drawn.
    private let drawn = Mutex<[String]>([])
    private let descriptor: Int32
    private let isDumb: Bool
    private let changes: AsyncStream<Void>
    private let change: AsyncStream<Void>.Continuation
    private let clock: any Clock<Duration>

    /// A dumb terminal cannot move its cursor.
    init(
        descriptor: Int32 = 2,
        isDumb: Bool = currentEnvironment()["TERM"] == "dumb",
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.descriptor = descriptor
        self.isDumb = isDumb
        self.clock = clock
        (changes, change) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Prints finished lines above what is drawn.
    @Sendable func print(_ text: String) {
        drawn.withLock { drawn in
            let above = drawn.isEmpty ? "" : erasing(drawn, terminalSize(descriptor).columns)
            put(above + text + joined(drawn), on: descriptor)
        }
    }

    /// Says that something changed.
    func note() { change.yield() }

    /// Draws what `read` says for the terminal's size until cancelled, at most ten times a second, and leaves nothing
    /// behind; without a terminal it draws nothing.
    ///
    /// Clocks go on and a resized window (SIGWINCH) is drawn anew within a quarter of a second though nothing changed.
    func run(_ read: @escaping @Sendable ((columns: Int, rows: Int)) -> [String]) async {
        guard isatty(descriptor) == 1, !isDumb else { return }
        let ticks = Task {
            while (try? await clock.sleep(for: .milliseconds(250))) != nil { note() }
        }
        for await _ in changes {
            let size = terminalSize(descriptor)
            draw(read(size), size.columns)
            do { try await clock.sleep(for: .milliseconds(100)) } catch { break }
        }
        ticks.cancel()
        draw([], terminalSize(descriptor).columns)
    }

    private func draw(_ lines: [String], _ width: Int) {
        drawn.withLock { drawn in
            guard drawn != lines else { return }
            put(erasing(drawn, width) + joined(lines), on: descriptor)
            drawn = lines
        }
    }

    /// To the start of the first drawn line, and everything from there gone (ECMA-48: CPL, ED).
    ///
    /// Lines that were drawn in a wider window take up several rows of a narrower one by now.
    private func erasing(_ lines: [String], _ width: Int) -> String {
        guard !lines.isEmpty else { return "" }
        let rows = lines.reduce(0) { $0 + max(1, (columns(of: $1) + width - 1) / max(1, width)) }
        return "\u{1B}[\(rows)F\u{1B}[J"
    }

    private func joined(_ lines: [String]) -> String { lines.map { $0 + "\n" }.joined() }
}

/// The size of the terminal behind a descriptor; 80 by 24 where none tells.
func terminalSize(_ descriptor: Int32) -> (columns: Int, rows: Int) {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return (80, 24) }
    return (Int(size.ws_col), max(4, Int(size.ws_row)))
}
