extension Pass {
    /// One image that is to be put right.
    private enum Job: Identifiable, Sendable {
        indirect case build(BuildEntry)
        case copy(MirroredTag, Drift)

        var id: ImageID {
            switch self {
            case .build(let entry): .build(entry.key)
            case .copy(let tag, _): tag.id
            }
        }
    }

    /// Builds and copies side by side, what is built on others after those; each result is recorded before the next
    /// piece of work begins in its place.
    func converge(_ drifts: consuming [Drift], _ progress: Progress) async {
        if drifts.isEmpty { return }
        let lanes = await jobs(drifts, progress)
        let bases = await progress.comparison.bases
        let convergence = await convergence(progress)
        await inOrder(lanes, after: bases) { job in
            switch job {
            case .build(let entry):
                guard let drift = await turn(of: entry, on: bases[job.id] ?? [], progress) else { return }
                await work(on: drift, progress) { action in
                    await convergence.carryOut(action, for: entry, insteadOf: survey.recorded[image: job.id]?.digest)
                }
            case .copy(let tag, let drift):
                let former = Copying.Former(drift.verdict, hasFailed: survey.recorded[failure: job.id] != nil)
                await work(on: drift, progress) { await convergence.carryOut($0, for: tag, former) }
            }
        }
    }

    /// What is to be built, and what is to be copied, each with how much of it may be done at a time.
    private func jobs(_ drifts: consuming [Drift], _ progress: Progress) async -> [(items: [Job], width: Int)] {
        let (comparison, settings) = (await progress.comparison, survey.installation.settings)
        let due = Dictionary(drifts.map { ($0.image, $0) }) { first, _ in first }
        let builds = comparison.desired.builds.filter { due[.build($0.key)] != nil }.map(Job.build)
        let copies = comparison.mirrors.tags.compactMap { tag in due[tag.id].map { Job.copy(tag, $0) } }
        return [(builds, settings.buildJobs), (survey.mostStaleFirst(copies), settings.mirrorJobs)]
    }

    /// What is to be done for an entry now that all it is built on has had its turn; nil if nothing is, which is noted.
    private func turn(of entry: BuildEntry, on bases: [ImageID], _ progress: Progress) async -> Drift? {
        let drift = progress.patience(await progress.comparison.drift(of: entry))
        if case .drifted(.putBack, _) = drift.verdict { return drift }
        if let obstacle = await progress.obstacle(among: bases) {
            let reporter = survey.installation.reporter
            if obstacle.isNew, reporter.waiting.isNews(obstacle.why, of: drift.image) {
                reporter.log("\(drift.image) waits: \(obstacle.why); its image stays")
            }
            let waiting = Verdict.waiting(until: obstacle.until ?? survey.now, why: obstacle.why, [])
            // A look that failed before has not failed now.
            let hasFailed = survey.recorded[failure: drift.image].map { $0.fingerprint != "look" } ?? true
            await progress.recording.note([Drift(image: drift.image, verdict: waiting, isHeld: hasFailed)])
            return nil
        }
        if drift.verdict.needsWork { return drift }
        await progress.recording.note([drift])
        return nil
    }

    private func work(
        on drift: Drift,
        _ progress: Progress,
        carryOut: (Action) async -> Outcome
    ) async {
        guard case .drifted(let action, let reasons) = drift.verdict, !Task.isCancelled else { return }
        let floor = survey.installation.settings.diskFloor
        if drift.needsSpace, let why = lackOfSpace(at: survey.installation.state, floor: floor) {
            return await progress.note(drift, .retry(after: nil, why: why), reasons)
        }
        let began = Moment.current()
        survey.installation.reporter.workBegan(drift.image, action, reasons)
        let outcome = await carryOut(action)
        switch outcome {
        case .retry, .stalled:
            // The end of the program fails what it interrupts in a hundred ways.
            await progress.note(drift, Task.isCancelled ? .cancelled : outcome, reasons, since: began)
        case .converged, .same, .cancelled, .waiting: await progress.note(drift, outcome, reasons, since: began)
        }
        if let news = outcome.news { survey.installation.log(news) }
    }

    private func convergence(_ progress: Progress) async -> Convergence {
        let (installation, sources, identity) = (survey.installation, survey.sources, survey.identity)
        let (comparison, recording, registry) = (await progress.comparison, progress.recording, registry)
        let (names, registries) = (comparison.names, survey.registries(in: comparison))
        return Convergence(
            registry: registry,
            building: { () async throws(BuilderFault) in
                Building(
                    registry: registry,
                    sources: sources,
                    builder: try await installation.builders.builder(registries),
                    names: names,
                    secrets: installation.secrets,
                    work: installation.work,
                    configuration: identity,
                    log: installation.log,
                    onOutput: installation.onOutput
                )
            },
            onBytes: installation.reporter.copied,
            tells: survey.desired.tells,
            willPush: { try await recording.willPush($1, of: $0) },
            now: { .current() }
        )
    }
}

extension Desired {
    /// Whether a webhook may hear of what the entry brings.
    fileprivate func tells(of entry: MirrorEntry) -> Bool {
        !entry.webhooks.isEmpty || webhooks.contains { $0.events.contains(.mirror) }
    }
}
