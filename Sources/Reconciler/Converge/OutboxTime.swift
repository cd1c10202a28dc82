import Synchronization

/// A clock that nobody sets, read as the time since this was made.
struct Stopwatch: Sendable {
    let elapsed: @Sendable () -> Duration
    private let rest: @Sendable (Duration) async throws -> Void

    init(_ clock: some Clock<Duration>) {
        let start = clock.now
        elapsed = { start.duration(to: clock.now) }
        rest = { try await clock.sleep(until: start.advanced(by: $0), tolerance: nil) }
    }

    /// Waits until so much time has elapsed, or the task is cancelled.
    func sleep(until elapsed: Duration) async { try? await rest(elapsed) }
}

/// A bell that may be rung at any time and is heard once by the one task that waits for it.
final class Wakeup: Sendable {
    private struct State {
        var isSet = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    func set() {
        let waiter = state.withLock { state in
            defer { state.waiter = nil }
            state.isSet = state.waiter == nil
            return state.waiter
        }
        waiter?.resume()
    }

    /// Waits for the bell, until so much time has elapsed (nil: for ever), or until the task is cancelled.
    func wait(until elapsed: Duration?, on watch: Stopwatch) async {
        await withTaskGroup(of: Void.self) { group in
            if let elapsed { group.addTask { await watch.sleep(until: elapsed) } }
            group.addTask { await self.wait() }
            await group.next()
            group.cancelAll()
        }
    }

    private func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mustWait = state.withLock { state in
                    // Cancellation is looked at under the lock that its handler takes: it comes before or after.
                    guard !state.isSet, !Task.isCancelled else {
                        state.isSet = false
                        return false
                    }
                    state.waiter = continuation
                    return true
                }
                if !mustWait { continuation.resume() }
            }
        } onCancel: {
            state.withLock { state in
                defer { state.waiter = nil }
                return state.waiter
            }?.resume()
        }
    }
}
