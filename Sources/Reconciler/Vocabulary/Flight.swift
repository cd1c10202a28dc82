import Synchronization

/// Work under way that others wait for, each for as long as it likes.
final class Flight: Sendable {
    private struct State {
        var hasLanded = false
        var arrivals = 0
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    /// Lets everyone go who waits.
    func land() {
        let waiting = state.withLock { state in
            state.hasLanded = true
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for waiter in waiting { waiter.resume() }
    }

    var hasLanded: Bool { state.withLock { $0.hasLanded } }

    /// Returns once it has landed, or the task is cancelled.
    func landed() async {
        let place = state.withLock { state in
            state.arrivals += 1
            return state.arrivals
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let isOver = state.withLock { state in
                    if state.hasLanded || Task.isCancelled { return true }
                    state.waiting[place] = waiter
                    return false
                }
                if isOver { waiter.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: place) }?.resume()
        }
    }

    /// Returns once it has landed, `patience` is at its end, or the task is cancelled.
    func landed(within patience: Duration, on clock: any Clock<Duration>) async {
        _ = await within(patience, on: clock) { await self.landed() }
    }
}
