import Glibc
import Synchronization

@testable import Reconciler

/// What arrived at an endpoint under test.
///
/// A nudge arrives after its answer has been sent: wait for it.
final class NudgeTally: Sendable {
    let pending = PendingNudges()
    let count = Atomic(0)
    let nudges = Mutex<[Nudge]>([])

    func add(_ nudge: Nudge) {
        pending.add(nudge)
        nudges.withLock { if $0.count < 100 { $0.append(nudge) } }
        count.add(1, ordering: .releasing)
    }

    /// Waits until as many nudges have come; it blocks, so use it on a thread of its own.
    func wait(for expected: Int) throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while count.load(ordering: .acquiring) < expected {
            guard ContinuousClock.now < deadline else { throw SocketFault("\(expected) nudges did not come") }
            sched_yield()
        }
    }
}

/// The lines of a log under test.
final class NudgeLog: Sendable {
    private let state = Mutex<[String]>([])

    var lines: [String] { state.withLock { $0 } }

    func add(_ line: String) { state.withLock { $0.append(line) } }
}

/// Serves on a free port while `body` runs on a thread of its own; the endpoint has ended when this returns.
func withNudgeEndpoint(
    limits: HTTPLimits = HTTPLimits(),
    health: NudgeEndpoint.Health = .alive,
    _ body: @escaping @Sendable (_ port: UInt16, _ tally: NudgeTally) throws -> Void
) async throws {
    let tally = NudgeTally()
    let endpoint = NudgeEndpoint(nudge: tally.add, health: { health }, limits: limits)
    let listeners = try await endpoint.start(on: ListenAddress("127.0.0.1:0"))
    try await withThrowingTaskGroup { group in
        group.addTask { try await endpoint.run(listeners) }
        try await onThread { Result { try body(listeners.port, tally) } }.get()
        group.cancelAll()
        try await group.waitForAll()
    }
}
