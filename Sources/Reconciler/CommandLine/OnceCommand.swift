extension Installation {
    /// `reconcile --once`: one full pass that looks at everything and tries at once what failed before.
    func once() async -> ExitStatus {
        await tellMonitor(await holdingState { await once($0) })
    }

    private func once(_ state: StateFile) async -> ExitStatus {
        var stage = ConfigurationStage(installation: self, state: state, isOnce: true)
        let head = await stage.refresh()
        guard stage.faults.isEmpty, let desired = stage.desired else { return .invalid }
        for secret in (try? missingSecrets(of: desired)) ?? [] { log("config \(secret)") }
        let silence = await waitForRegistry(.seconds(15))
        reporter.registry(silence: silence)
        if let why = silence {
            log("registry \(why); start it, or name another with --registry")
            return .failed
        }
        let outbox = await outbox(state)
        let force = ForceRequests(state: self.state)
        let requests = force.pending()
        let survey = Survey(
            installation: self,
            desired: desired,
            recorded: await state.recorded,
            configuration: head,
            identity: stage.identity,
            forced: requests.flatMap(\.patterns),
            now: .current(),
            copiesFollow: true
        )
        let registry = KeptRegistry(host: settings.registry.host, client: client)
        let pass = Pass(survey: survey, state: state, registry: registry, outbox: outbox, repeatsFailures: true)
        let checksChildren = survey.childrenAreDue
        let result = await pass.run(
            isDue: { !$0.isDeep || checksChildren },
            ignoringWaits: { _ in true }
        )
        if checksChildren, result.seen.details.values.allSatisfy(\.isSure) {
            try? await state.save([StateChange(key: .children, value: .check(at: survey.now))])
        }
        force.settle(requests, after: result.images)
        await outbox.deliverAll(within: .seconds(30))
        reporter.webhooks(await outbox.status)
        log(result.summary)
        // What could not be written down may be forgotten, with all that waits to be told.
        let isRecorded = await !state.isFailing
        return result.isConverged && isRecorded && stage.trouble == nil ? .done : .failed
    }

    /// Waits for the registry as long as a machine that boots may need; why it does not answer, nil if it does.
    private func waitForRegistry(_ patience: Duration) async -> String? {
        let (clock, end) = (ContinuousClock(), ContinuousClock.now + patience)
        while let why = await client.reasonForSilence(of: settings.registry.host) {
            if clock.now > end || Task.isCancelled { return why }
            try? await clock.sleep(for: .milliseconds(500))
        }
        return nil
    }
}

extension Pass.Result {
    var isConverged: Bool {
        images.values.allSatisfy { standing in
            switch standing {
            case .inLine, .converged, .waiting, .paused: true
            case .failing, .unfinished: false
            }
        }
    }

    /// `pass: 12 in line, 2 put right, 1 waiting, 1 failing`.
    var summary: String {
        let words: [(String, Int)] = [
            ("in line", images.values.count { $0 == .inLine }), ("put right", images.values.count { $0 == .converged }),
            ("waiting", images.values.count { if case .waiting = $0 { true } else { false } }),
            ("paused", images.values.count { $0 == .paused }), ("failing", failures.count),
            ("unfinished", images.values.count { $0 == .unfinished }),
        ]
        let told = words.filter { $0.1 > 0 }.map { "\($0.1) \($0.0)" }
        return "pass: " + (told.isEmpty ? "nothing is desired" : told.joined(separator: ", "))
    }
}
