import Synchronization

/// What calls for the loop's attention between passes, and how the loop is, for those who ask.
final class Attention: Sendable {
    /// What came since the last pass began.
    struct Call: Sendable {
        let nudge: Nudge?
        /// Whether everything is to be looked at and tried now (SIGHUP).
        let everything: Bool
    }

    private struct Life {
        var everything = false
        var lastPass: Duration
        var patience: Duration
    }

    let nudges = PendingNudges()
    private let life: Mutex<Life>

    /// The loop counts as alive for `patience` before its first pass has ended.
    init(startedAt now: Duration, patience: Duration) {
        life = Mutex(Life(lastPass: now, patience: patience))
    }

    /// Has the next pass look at everything and try what waits; callable from any thread.
    func callForEverything() {
        life.withLock { $0.everything = true }
        nudges.add(.repositories([]))
    }

    func take() -> Call {
        let everything = life.withLock { life in
            defer { life.everything = false }
            return life.everything
        }
        return Call(nudge: nudges.take(), everything: everything)
    }

    /// Waits until so much time has elapsed, somebody calls, or the task is cancelled.
    func wait(until elapsed: Duration, on watch: Stopwatch) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await watch.sleep(until: elapsed) }
            group.addTask { [nudges] in await nudges.arrival() }
            await group.next()
            group.cancelAll()
        }
    }

    /// Notes the end of a pass; the next may take three beats and the longest time limit before the loop counts as hung.
    func passEnded(at now: Duration, beat: Duration, longest: Duration) {
        life.withLock { life in
            life.lastPass = now
            life.patience = beat * 3 + longest
        }
    }

    func health(at now: Duration) -> NudgeEndpoint.Health {
        let (last, patience) = life.withLock { ($0.lastPass, $0.patience) }
        guard now - last > patience else { return .alive }
        return .stalled("no pass has ended for \((now - last).text)")
    }
}
