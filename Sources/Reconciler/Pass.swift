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
        let (comparison, found) = await survey.observe(before, isDue: isDue)
        // What was cut short says nothing about any image.
        if Task.isCancelled { return unfinished(before) }
        let progress = progress(from: comparison, found, ignoringWaits)
        let drifts = found.map(progress.patience)
        report(drifts, comparison)
        let recording = progress.recording
        if survey.knowsGitTags(in: comparison.seen) {
            let (desired, lists, mirrored) = (comparison.desired, comparison.seen.lists, comparison.mirrors.tags)
            let departures = survey.recorded.departures(from: desired, lists, mirrored: mirrored, at: survey.now)
            await recording.note(departures: departures)
        }
        let gone = survey.goneFailures(in: comparison.desired, comparison.seen)
        await recording.save(survey.firstGitTags(in: comparison.seen) + gone)
        await recording.note(drifts.filter { !$0.verdict.needsWork })
        let builds = drifts.contains { $0.image.kind == .build && $0.verdict.needsWork }
        await converge(drifts.filter(\.verdict.needsWork), progress)
        await tidy(hasBuilt: builds)
        await recording.sayRest()
        reporter.allowances(survey.installation.client.limits.standings)
        await tellOfState()
        reporter.passEnded()
        return await result(of: progress)
    }

    /// The pass that begins now with what was found, and has changed nothing yet.
    private func progress(
        from comparison: Comparison,
        _ found: [Drift],
        _ ignoringWaits: (ImageID) -> Bool
    ) -> Progress {
        let (recorded, now) = (survey.recorded, survey.now)
        let failed = found.map(\.image).filter { recorded[failure: $0] != nil }
        let ready = Set(failed.filter(ignoringWaits))
        // Nothing is said of the others, which may be many.
        let restless = Set(found.lazy.filter { $0.verdict != .inLine }.map(\.image))
        let announced = Announced(comparison, restless, outbox, publicName: survey.installation.settings.publicName)
        let limits = survey.installation.client.limits
        let recording = Recording(
            state: state,
            reporter: survey.installation.reporter,
            repeatsFailures: repeatsFailures,
            now: { .current() },
            limits: limits,
            quietUntil: { id in announced.mirrored(id).flatMap { limits.quiet(at: $0.upstream.registry) } },
            announcements: { await announced.lines(of: $0, $1) },
            onSaved: outbox.wake
        )
        let bases = Set(comparison.bases.values.joined())
        return Progress(
            comparison,
            wanted: Set(found.lazy.filter { $0.verdict.needsWork && bases.contains($0.image) }.map(\.image)),
            recording: recording,
            patience: { ready.contains($0.image) ? $0 : $0.held(by: recorded[failure: $0.image], at: now) }
        )
    }

    private func report(_ drifts: [Drift], _ comparison: Comparison) {
        let builds = survey.shown(drifts, of: comparison.desired)
        survey.installation.reporter.saw(comparison, drifts, builds)
    }

    private func result(of progress: Progress) async -> Result {
        let comparison = await progress.comparison
        // A rule that works again is no image.
        var rules = Set((comparison.mirrors.rules + comparison.gitTagged).map(\.image))
        if !rules.isEmpty { rules.subtract(comparison.desired.builds.map { .build($0.key) }) }
        if !rules.isEmpty { rules.subtract(comparison.mirrors.tags.lazy.map(\.id)) }
        let standings = await progress.recording.standings.filter { $0.value != .inLine || !rules.contains($0.key) }
        return Result(images: standings, seen: comparison.seen)
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
}
