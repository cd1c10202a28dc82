import Synchronization

/// Gives up on upstreams that do not answer: a silent one holds up a pass once, whatever the number of its images.
final class LookPatience: Sendable {
    private struct State {
        var answers: [RegistryHost: Int] = [:]
        var silent: Set<RegistryHost> = []
    }

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
        let found = await within(longest, on: clock, body)
        state.withLock { state in
            if found != nil {
                state.answers[host, default: 0] += 1
            } else if !Task.isCancelled, state.answers[host, default: 0] == before {
                state.silent.insert(host)
            }
        }
        return found ?? .unknown(why)
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
