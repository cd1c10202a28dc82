extension Installation {
    /// `reconcile`: keeps reconciling until it is told to stop.
    func serve(_ signals: Signals) async -> ExitStatus {
        let watch = Stopwatch(ContinuousClock())
        let attention = Attention(startedAt: watch.elapsed(), patience: settings.interval * 3 + .seconds(600))
        return await signals.untilStopped(onLookAtEverything: attention.callForEverything) {
            let status = await serve(attention, watch)
            // A service that was stopped is no news for a monitor.
            return status == .done ? status : await tellMonitor(status)
        }
    }

    private func serve(_ attention: Attention, _ watch: Stopwatch) async -> ExitStatus {
        if let logFile { reporter.journal.append(to: logFile) }
        var lastFault = ""
        var pause = Duration.seconds(1)
        var place: WaitingPlace?
        while !Task.isCancelled {
            do {
                _ = try secrets?.read()
                let (lock, state, earlier) = try await takeState()
                defer { withExtendedLifetime(lock) {} }
                place = nil
                try await ConfigurationStage(installation: self, state: state, isOnce: false).checkFolder()
                try await reporter.publishing(after: earlier) {
                    await showLastValid(state)
                    let embedded = try await startingEmbeddedRegistry()
                    log("reconcile \(version) keeps \(settings.registry.host) in line with \(config)")
                    await serve(state, embedded, attention, watch)
                    log("stopped")
                }
                return .done
            } catch {
                if Task.isCancelled { break }
                if endsService(error) { return refusal(error) }
                do { place = try place ?? WaitingPlace(of: config) } catch { return refusal(error) }
                // A full disk at boot is waited for; a person may be long in coming.
                if "\(error)" != lastFault {
                    log("cannot begin: \(error); trying again until it can")
                    _ = await tellMonitor(.failed)
                }
                lastFault = "\(error)"
                try? await ContinuousClock().sleep(for: pause)
                pause = min(pause * 2, .seconds(60))
            }
        }
        return .done
    }

    /// Whether an error lies in the command line, or is another's turn, so that waiting mends nothing.
    private func endsService(_ error: any Error) -> Bool {
        switch error {
        case is StateLock.Held, is InvalidDesired, is ForeignFolder, EmbeddedRegistryFault.programMissing: true
        default: false
        }
    }

    private func serve(
        _ state: StateFile,
        _ embedded: EmbeddedRegistry?,
        _ attention: Attention,
        _ watch: Stopwatch
    ) async {
        let outbox = await outbox(state)
        let registry = KeptRegistry(host: settings.registry.host, client: client)
        let service = Service(
            installation: self,
            state: state,
            registry: registry,
            outbox: outbox,
            attention: attention,
            watch: watch
        )
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await service.run() }
            group.addTask { await outbox.run() }
            group.addTask { await self.listen(attention, watch) }
            if let embedded { group.addTask { await self.keep(embedded) } }
        }
    }

    /// Takes nudges; the loop runs without them if the port cannot be had.
    private func listen(_ attention: Attention, _ watch: Stopwatch) async {
        guard case .on(let host, let port) = settings.listen else { return }
        let endpoint = NudgeEndpoint(
            nudge: { attention.nudges.add($0) },
            health: { attention.health(at: watch.elapsed()) }
        )
        await endpoint.serve(on: ListenAddress(host: host, port: port), clock: ContinuousClock()) { log($0) }
    }

    /// Starts the embedded registry again whenever it ends, and stops it when the task is cancelled.
    private func keep(_ first: EmbeddedRegistry) async {
        var embedded = first
        var lastFault = ""
        while true {
            var outage = Outage()
            let words = await withTaskCancellationHandler { [embedded] in
                await embedded.ended()
            } onCancel: { [embedded] in
                Task { await embedded.stop() }
            }
            if Task.isCancelled { return }
            _ = outage.line(words, end: "")
            log("\(words); starting the embedded registry again")
            while true {
                do {
                    guard let next = try await startEmbeddedRegistry() else { return }
                    (embedded, lastFault) = (next, "")
                    if let line = outage.line(nil, end: "the embedded registry runs again") { log(line) }
                    break
                } catch {
                    if Task.isCancelled { return }
                    if "\(error)" != lastFault { log("\(error)") }
                    lastFault = "\(error)"
                }
                try? await ContinuousClock().sleep(for: .seconds(2))
            }
        }
    }
}
