import Synchronization

/// Gives up on upstreams that do not answer: a silent one holds up a pass once, whatever the number of its images.
final class LookPatience: Sendable {
    private struct State {
        var answers: [RegistryHost: Int] = [:]
        var silent: Set<RegistryHost> = []
        /// What each look under way waits for besides its answer, and the tick in which it began.
        var underWay: [ObjectIdentifier: (givenUp: Flight, began: Int)] = [:]
        var tick = 0
        var clockwork: Task<Void, Never>?
    }

    /// A look is given up at the end of that many ticks, and a part of one.
    private static let ticks = 15

    /// For one look.
    let longest: Duration
    /// For a list of tags with all its pages.
    static let longestList = Duration.seconds(60)
    private let clock: any Clock<Duration>
    private let state = Mutex(State())

    init(_ longest: Duration = .seconds(15), clock: any Clock<Duration> = ContinuousClock()) {
        self.longest = longest
        self.clock = clock
    }

    /// What `body` finds, if that comes in time; after a look in vain a host that has answered nobody else meanwhile is not
    /// asked again.
    func look<Value: Sendable>(
        at host: RegistryHost,
        _ body: @escaping @Sendable () async -> Observed<Value>
    ) async -> Observed<Value> {
        let why = "\(host) gives no answer within \(longest.text)"
        let before = state.withLock { $0.silent.contains(host) ? nil : $0.answers[host, default: 0] }
        guard let before else { return .unknown(why) }
        let givenUp = begin()
        let found = await unless({ await givenUp.landed() }, body)
        finish(givenUp)
        state.withLock { state in
            if found != nil {
                state.answers[host, default: 0] += 1
            } else if !Task.isCancelled, state.answers[host, default: 0] == before {
                state.silent.insert(host)
            }
        }
        return found ?? .unknown(why)
    }

    /// A timer for all looks: one for each would stay in memory long after the answer is there.
    private func begin() -> Flight {
        let givenUp = Flight()
        state.withLock { state in
            state.underWay[ObjectIdentifier(givenUp)] = (givenUp, state.tick)
            if state.clockwork == nil { state.clockwork = Task { await tick() } }
        }
        return givenUp
    }

    private func finish(_ givenUp: Flight) {
        state.withLock { state in
            state.underWay[ObjectIdentifier(givenUp)] = nil
            guard state.underWay.isEmpty else { return }
            state.clockwork?.cancel()
            state.clockwork = nil
        }
    }

    private func tick() async {
        while (try? await clock.sleep(for: longest / Self.ticks)) != nil {
            let late = state.withLock { state in
                state.tick += 1
                return state.underWay.values.filter { state.tick - $0.began > Self.ticks }
            }
            for look in late { look.givenUp.land() }
        }
    }

    /// The list that `body` loads, if it comes to its end in time.
    func list<Value: Sendable>(
        of repository: ImageReference,
        _ body: @escaping @Sendable () async -> Observed<Value>
    ) async -> Observed<Value> {
        let found = await within(Self.longestList, on: clock, body)
        return found ?? .unknown("the tags of \(repository.familiar) are not all there after \(Self.longestList.text)")
    }
}
