import Synchronization

/// The nudges that the loop has not yet acted on, which are one however many came.
final class PendingNudges: Sendable {
    private struct State {
        var nudge: Nudge?
        var waiting: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var nextWaiter: UInt64 = 0
    }

    /// More different repositories than this are everything.
    static let limit = 1_000

    private let state = Mutex(State())

    /// Adds a nudge and wakes who waits; callable from any thread, and quick.
    func add(_ nudge: Nudge) {
        let woken = state.withLock { state in
            if state.nudge == nil { state.nudge = .repositories([]) }
            state.nudge?.merge(nudge, limit: Self.limit)
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
        for continuation in woken { continuation.resume() }
    }

    /// All nudges since the last time, as one; nil if there were none.
    func take() -> Nudge? {
        state.withLock { state in
            defer { state.nudge = nil }
            return state.nudge
        }
    }

    /// Waits until there is a nudge to take, or the task is cancelled.
    ///
    /// It takes nothing, so a caller that waits for several things at once loses no nudge.
    func arrival() async {
        let waiter = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mustWait = state.withLock { state in
                    // Cancellation is looked at under the lock that its handler takes: it comes before or after.
                    guard state.nudge == nil, !Task.isCancelled else { return false }
                    state.waiting[waiter] = continuation
                    return true
                }
                if !mustWait { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: waiter) }?.resume()
        }
    }

    /// Waits for a nudge and takes it; nil when the task is cancelled.
    func next() async -> Nudge? {
        while !Task.isCancelled {
            await arrival()
            if let nudge = take() { return nudge }
        }
        return nil
    }
}
