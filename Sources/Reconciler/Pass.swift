/// One pass: observe, find what has drifted, put it right, and record each result as it comes.
struct Pass: Sendable {
    let survey: Survey
    let state: StateFile
    let registry: KeptRegistry
    let outbox: Outbox
    /// Whether each failure is said, and not only when it begins.
    let repeatsFailures: Bool

    /// How the images stand at the end of a pass.
    struct Result: Sendable {
        let images: [ImageID: Standing]
        /// What was seen, with what was changed since.
        let seen: Observation

        var failures: [(ImageID, String)] {
            images.compactMap { id, standing in
                guard case .failing(let why) = standing else { return nil }
                return (id, why)
            }.sorted { $0.0 < $1.0 }
        }
    }

    /// Looks at what is due, and goes by `before` for the rest; images that failed before wait for their next try,
    /// but for those that are `ignoringWaits`.
    func run(
        _ before: Observation = Observation(),
        isDue: @escaping @Sendable (Look) -> Bool = { _ in true },
        ignoringWaits: (ImageID) -> Bool
    ) async -> Result {
        let reporter = survey.installation.reporter
        reporter.passBegan(survey.desired, survey.recorded)
        reporter.disk(free: try? freeSpace(at: survey.installation.state))
        let (seen, found) = await survey.observe(before, isDue: isDue)
        // What was cut short says nothing about any image.
        if Task.isCancelled { return unfinished(before) }
        let ready = Set(found.map(\.image).filter(ignoringWaits))
        let patience = { @Sendable (drift: Drift) in
            ready.contains(drift.image)
                ? drift : drift.held(by: survey.recorded[failure: drift.image], at: survey.now)
        }
        let drifts = found.map(patience)
        let (desired, mirrored) = (survey.desired(in: seen), survey.mirrors(in: seen).tags)
        reporter.saw(seen, drifts, mirrored, survey.shown(drifts, of: desired), survey.names(in: seen))
        // Nothing is said of the others, which may be many.
        let restless = Set(drifts.filter { $0.verdict != .inLine }.map(\.image))
        let entries = Dictionary(mirrored.filter { restless.contains($0.id) }.map { ($0.id, $0) }) { first, _ in first }
        let limits = survey.installation.client.limits
        let recording = Recording(
            state: state,
            reporter: reporter,
            repeatsFailures: repeatsFailures,
            now: { .current() },
            limits: limits,
            quietUntil: { [entries] in entries[$0].flatMap { limits.quiet(at: $0.upstream.registry) } },
            announcements: { [entries] in await announcements($0, $1, entries, desired) },
            onSaved: outbox.wake
        )
        if survey.knowsGitTags(in: seen) {
            await recording.note(departures: survey.recorded.departures(from: desired, seen.lists, at: survey.now))
        }
        await recording.save(survey.firstGitTags(in: seen) + survey.goneFailures(in: desired, seen))
        await recording.note(drifts.filter { !$0.verdict.needsWork })
        let wanted = Set(found.filter(\.verdict.needsWork).map(\.image))
        let progress = Progress(seen, wanted: wanted, recording: recording, patience: patience)
        await converge(drifts.filter(\.verdict.needsWork), mirrored, progress)
        await tidy(hasBuilt: drifts.contains { $0.image.kind == .build && $0.verdict.needsWork })
        await recording.sayRest()
        reporter.allowances(limits.standings)
        await tellOfState()
        reporter.passEnded()
        // A rule that works again is no image.
        let images = Set(desired.builds.map { .build($0.key) } + mirrored.map(\.id))
        let standings = await recording.standings.filter { images.contains($0.key) || $0.value != .inLine }
        return Result(images: standings, seen: await progress.seen)
    }

    /// Says whether what is remembered is safe.
    private func tellOfState() async {
        let (installation, isFailing) = (survey.installation, await state.isFailing)
        let unwritten = "the state file cannot be written; free some space, or mend \(installation.state)"
        installation.reporter.trouble(isFailing ? unwritten : nil, about: .state)
        let aside = StateFile.setAside(in: installation.state)
        let damage =
            aside.isEmpty ? nil : "the state file was damaged; look at \(aside.joined(separator: ", ")), and remove it"
        installation.reporter.trouble(damage, about: .damage)
    }

    private func unfinished(_ before: Observation) -> Result {
        let images = survey.desired.images(survey.recorded).map { ($0, Standing.unfinished) }
        return Result(images: Dictionary(images) { first, _ in first }, seen: before)
    }

    /// Clears away what nothing needs any more; only builds make the builder's storage grow.
    private func tidy(hasBuilt: Bool) async {
        if Task.isCancelled { return }
        let installation = survey.installation
        let housekeeping = Housekeeping(
            repositories: installation.state + "/git",
            builder: installation.state + "/builder",
            floor: installation.settings.diskFloor,
            log: installation.log
        )
        let sources = survey.sources
        housekeeping.removeRepositories(
            but: Set(survey.desired.builds.compactMap { sources.repository(of: $0.source)?.folder })
        )
        guard hasBuilt, let why = await housekeeping.reasonToEmptyStorage() else { return }
        installation.log("builder storage is emptied: \(why)")
        await installation.builders.dropStorage()
    }

    /// The lines that tell webhooks of a new image, to be saved together with its record.
    private func announcements(
        _ id: ImageID,
        _ record: ImageRecord,
        _ mirrored: [ImageID: MirroredTag],
        _ desired: Desired
    ) async -> [StateChange] {
        let origin: ImageChange.Origin
        var own: [WebhookEntry] = []
        switch record.origin {
        case .build(let build):
            guard let entry = desired.builds.first(where: { .build($0.key) == id }) else { return [] }
            origin = .source(entry.source, build.commit)
            own = entry.webhooks
        case .mirror:
            guard let mirrored = mirrored[id] else { return [] }
            origin = .upstream(mirrored.upstream)
            own = mirrored.entry.webhooks
        }
        let change = ImageChange(
            image: id,
            tags: record.tags,
            digest: record.digest,
            publicName: survey.installation.settings.publicName,
            origin: origin,
            time: record.time
        )
        return await outbox.prepare(change, webhooks: desired.webhooks, own: own)
    }

    /// Builds and copies side by side, what is built on others after those; each result is recorded before the next
    /// piece of work begins in its place.
    private func converge(_ drifts: [Drift], _ mirrored: [MirroredTag], _ progress: Progress) async {
        if drifts.isEmpty { return }
        let byID = Dictionary(drifts.map { ($0.image, $0) }) { first, _ in first }
        let seen = await progress.seen
        let builds = survey.desired(in: seen).builds.map { (ImageID.build($0.key), $0) }.filter { byID[$0.0] != nil }
        let mirrors = survey.mostStaleFirst(mirrored).map { ($0.id, $0) }.filter { byID[$0.0] != nil }
        let entries = Dictionary(builds) { first, _ in first }
        let tags = Dictionary(mirrors) { first, _ in first }
        let settings = survey.installation.settings
        let convergence = convergence(after: seen) { [recording = progress.recording] id, push in
            // A copy that nobody is told of is recognised by its digest.
            guard id.kind == .build || tags[id].map({ survey.desired.tells(of: $0.entry) }) ?? false else { return }
            try await recording.willPush(push, of: id)
        }
        let bases = survey.comparison(with: seen).bases
        let lanes = [(builds.map(\.0), settings.buildJobs), (mirrors.map(\.0), settings.mirrorJobs)]
        await inOrder(lanes, after: bases) { id in
            if let entry = entries[id] {
                guard let drift = await turn(of: entry, on: bases[id] ?? [], progress) else { return }
                await work(on: drift, progress) { action in
                    await convergence.carryOut(action, for: entry, insteadOf: survey.recorded[image: id]?.digest)
                }
            } else if let tag = tags[id], let drift = byID[id] {
                let former = Copying.Former(drift.verdict, hasFailed: survey.recorded[failure: id] != nil)
                await work(on: drift, progress) { await convergence.carryOut($0, for: tag, former) }
            }
        }
    }

    /// What is to be done for an entry now that all it is built on has had its turn; nil if nothing is, which is noted.
    private func turn(of entry: BuildEntry, on bases: [ImageID], _ progress: Progress) async -> Drift? {
        let comparison = survey.comparison(with: await progress.seen)
        let drift = progress.patience(comparison.drift(of: entry))
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

    private func convergence(
        after seen: Observation,
        willPush: @escaping @Sendable (ImageID, PushRecord) async throws -> Void
    ) -> Convergence {
        let (installation, sources, identity) = (survey.installation, survey.sources, survey.identity)
        let (names, registries) = (survey.names(in: seen), survey.registries(in: seen))
        let registry = registry
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
            willPush: willPush,
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
