extension Installation {
    /// Runs `body` with the state folder's lock and, if it is to be embedded, the registry.
    func holdingState(_ body: (StateFile) async -> ExitStatus) async -> ExitStatus {
        do {
            _ = try secrets?.read()
            if let logFile { reporter.journal.append(to: logFile) }
            let (lock, file, earlier) = try await takeState()
            defer { withExtendedLifetime(lock) {} }
            return try await reporter.publishing(after: earlier) {
                await showLastValid(file)
                let embedded = try await startingEmbeddedRegistry()
                let status = await body(file)
                await embedded?.stop()
                return status
            }
        } catch {
            return refusal(error)
        }
    }

    /// Says why a command could not do its work, and which exit status that is.
    func refusal(_ error: any Error) -> ExitStatus {
        switch error {
        case let held as StateLock.Held:
            if complaintsAreRead {
                let holder = held.pid.map { "process \($0)" } ?? "another process"
                complain("reconcile: \(holder) holds \(state); nothing was touched")
            }
            return .held
        case let invalid as InvalidDesired:
            complain(invalid.description)
            return .invalid
        case is ForeignFolder, EmbeddedRegistryFault.programMissing:
            complain("reconcile: \(error)")
            return .invalid
        default:
            complain("reconcile: \(error)")
            return .failed
        }
    }

    /// Starts the embedded registry; that it cannot be is shown on the pages.
    func startingEmbeddedRegistry() async throws(EmbeddedRegistryFault) -> EmbeddedRegistry? {
        do throws(EmbeddedRegistryFault) {
            let embedded = try await startEmbeddedRegistry()
            reporter.trouble(nil, about: .start)
            return embedded
        } catch {
            reporter.trouble("cannot begin: \(error)", about: .start)
            throw error
        }
    }

    func startEmbeddedRegistry() async throws(EmbeddedRegistryFault) -> EmbeddedRegistry? {
        guard case .embedded(let port) = settings.registry else { return nil }
        return try await EmbeddedRegistry.start(
            port: port,
            data: data,
            configuration: state + "/registry.yml"
        )
    }
}
