import Synchronization

@testable import Reconciler

/// A clock on which every sleep lasts until the next step.
final class SteppedClock: Clock {
    typealias Instant = SkippingClock.Instant

    private let asleep = Mutex<[Flight]>([])

    var now: Instant { Instant(offset: .zero) }
    var minimumResolution: Duration { .nanoseconds(1) }
    /// How many sleep now.
    var sleepers: Int { asleep.withLock { $0.count } }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let flight = Flight()
        asleep.withLock { $0.append(flight) }
        await flight.landed()
        try Task.checkCancellation()
    }

    /// Wakes everyone who sleeps.
    func step() {
        let flights = asleep.withLock { asleep in
            defer { asleep = [] }
            return asleep
        }
        for flight in flights { flight.land() }
    }
}
