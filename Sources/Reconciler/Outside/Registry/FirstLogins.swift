import Synchronization

/// Tries a credential in one request alone before many use it: a wrong password sent sixty times locks an account.
final class FirstLogins: Sendable {
    /// A login that is tried alone.
    private final class Trial: Sendable {
        let flight = Flight()
        private let fault = Mutex<RegistryError?>(nil)

        func end(_ error: RegistryError?) {
            fault.withLock { $0 = error }
            flight.land()
        }

        /// What kept it from an answer, which then keeps everyone from one: a silent host is not to be waited for in turn.
        var obstacle: RegistryError? {
            fault.withLock { fault in
                guard case .transient = fault?.kind else { return nil }
                return fault
            }
        }
    }

    private enum Turn {
        case first(Trial)
        case after(Trial)
        case free
    }

    private struct State {
        var underWay: [RegistryHost: Trial] = [:]
        /// Until when what was accepted is taken to be good still, and need not be tried alone.
        var accepted: [RegistryHost: (hash: Digest, until: Duration)] = [:]
    }

    /// As long as a pass may rest between two requests: a password that was changed meanwhile is tried once.
    private static let trust = Duration.seconds(20)

    private let state = Mutex(State())
    private let now: @Sendable () -> Duration

    init(now: @escaping @Sendable () -> Duration) { self.now = now }

    /// Runs `login`, alone if nobody knows yet whether the credential of that hash is good; it must throw at once when it
    /// has been turned down in the meantime.
    func attempt<Value>(
        _ hash: Digest,
        at host: RegistryHost,
        isAccepted: (Value) -> Bool,
        login: () async throws(RegistryError) -> Value
    ) async throws(RegistryError) -> Value {
        while true {
            switch turn(hash, host) {
            case .after(let trial) where !Task.isCancelled:
                await trial.flight.landed()
                if let obstacle = trial.obstacle { throw obstacle }
            case .free, .after: return note(try await login(), hash, host, isAccepted)
            case .first(let trial):
                do throws(RegistryError) {
                    let value = note(try await login(), hash, host, isAccepted)
                    end(trial, at: host)
                    return value
                } catch {
                    end(trial, at: host, error)
                    throw error
                }
            }
        }
    }

    private func turn(_ hash: Digest, _ host: RegistryHost) -> Turn {
        state.withLock { state in
            if let known = state.accepted[host], known.hash == hash, known.until > now() { return .free }
            if let trial = state.underWay[host] { return .after(trial) }
            let trial = Trial()
            state.underWay[host] = trial
            return .first(trial)
        }
    }

    private func end(_ trial: Trial, at host: RegistryHost, _ error: RegistryError? = nil) {
        state.withLock { $0.underWay[host] = nil }
        trial.end(error)
    }

    private func note<Value>(
        _ value: Value,
        _ hash: Digest,
        _ host: RegistryHost,
        _ isAccepted: (Value) -> Bool
    ) -> Value {
        let isGood = isAccepted(value)
        state.withLock { state in
            if isGood {
                state.accepted[host] = (hash, now() + Self.trust)
            } else if state.accepted[host]?.hash == hash {
                state.accepted[host] = nil
            }
        }
        return value
    }
}
