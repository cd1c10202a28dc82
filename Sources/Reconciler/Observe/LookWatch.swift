import Synchronization

/// What is being looked at just now, for people who wait: each source repository and each registry by its name.
final class LookWatch: Sendable {
    struct Place: Sendable, Equatable {
        let name: String
        let began: Moment
        /// Looks that are under way.
        var asking = 0
        /// Looks that have come to an end since the place was first looked at.
        var done = 0
    }

    private let places = Mutex<[String: Place]>([:])
    private let now: @Sendable () -> Moment

    init(now: @escaping @Sendable () -> Moment = { .current() }) { self.now = now }

    /// Runs a look at `place`.
    func looking<Value: Sendable>(at place: String, _ look: () async -> Value) async -> Value {
        let began = now()
        places.withLock { $0[place, default: Place(name: place, began: began)].asking += 1 }
        let value = await look()
        places.withLock { places in
            places[place]?.asking -= 1
            places[place]?.done += 1
        }
        return value
    }

    /// Begins to count anew.
    func reset() { places.withLock { $0 = $0.filter { $0.value.asking > 0 } } }

    /// Where an answer is waited for, the longest first.
    var waiting: [Place] {
        places.withLock { Array($0.values) }.filter { $0.asking > 0 }
            .sorted { ($0.began, $0.name) < ($1.began, $1.name) }
    }

    /// How many looks have come to an end.
    var done: Int { places.withLock { $0.values.reduce(0) { $0 + $1.done } } }
}
