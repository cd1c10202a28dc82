/// The loop: one pass at a time, each looking only at what is due, until it is told to stop.
///
/// Nothing that goes wrong in a pass ends it; what could not be done is due again in its own time.
struct Service: Sendable {
    let installation: Installation
    let state: StateFile
    let registry: KeptRegistry
    let outbox: Outbox
    let attention: Attention
    let watch: Stopwatch

    /// What is carried from pass to pass.
    private struct Carried {
        var configuration: ConfigurationStage
        var schedule = Schedule()
        var seen = Observation()
        var early = EarlyLooks()
        /// When the next turn comes that nobody has to ask for.
        var nextBeat = Duration.zero
        /// Whether everything is to be looked at and tried in the next pass.
        var isEverythingCalledFor = false
        /// The requests of `reconcile force` that were acted on; what failed of them waits like any failure.
        var triedRequests: Set<String> = []
        var registryOutage = Outage()
        var registryIsAway: Bool { registryOutage.isOn }
        /// Whether the last pass left everything in line.
        var isConverged = true
        var pingOutage = Outage()
    }

    /// Turns never begin closer together, however many ask.
    private static let leastGap = Duration.milliseconds(200)
    /// How often a registry that is away is asked whether it is back.
    private static let registryPatience = Duration.seconds(2)

    /// Reconciles until the task is cancelled.
    func run() async {
        var memory = Carried(configuration: ConfigurationStage(installation: installation, state: state, isOnce: false))
        installation.reporter.looks(every: rhythm.interval)
        while !Task.isCancelled {
            let start = watch.elapsed()
            await turn(&memory, at: start)
            let beat = memory.configuration.desired.map(rhythm.beat) ?? rhythm.interval
            installation.reporter.webhooks(await outbox.status)
            installation.reporter.looks(every: beat)
            attention.passEnded(at: watch.elapsed(), beat: beat, longest: memory.configuration.longestTimeout)
            var next = min(memory.nextBeat, memory.early.nextDue ?? memory.nextBeat)
            if memory.registryIsAway { next = min(next, watch.elapsed() + Self.registryPatience) }
            await attention.wait(until: next, on: watch)
            await watch.sleep(until: start + Self.leastGap)
        }
    }

    private var rhythm: Rhythm {
        let settings = installation.settings
        return Rhythm(
            interval: settings.interval,
            mirrorInterval: settings.mirrorInterval,
            verifyInterval: settings.verifyInterval
        )
    }

    /// Does what is due: a beat looks at the config repo and what its time has come for, a nudge at what it asks for.
    private func turn(_ memory: inout Carried, at now: Duration) async {
        let call = attention.take()
        if call.everything { memory.isEverythingCalledFor = true }
        let known = memory.configuration.desired ?? Desired()
        memory.early.ask(call.nudge, of: known, await mirrored(known, memory.seen), at: now)
        let early = memory.early.takeDue(at: now)
        let isBeat = memory.nextBeat <= now || call.everything
        if isBeat || early.isConfigurationDue { await refresh(&memory, at: now) }
        guard let desired = memory.configuration.desired, !Task.isCancelled else {
            if isBeat, !Task.isCancelled { await ping(&memory) }
            return
        }
        memory.schedule.hasten(early.looks, at: now)
        if memory.isEverythingCalledFor { memory.schedule.hastenAll(at: now) }
        guard isBeat || memory.registryIsAway || !memory.schedule.due(at: now).isEmpty else { return }
        if await registryAnswers(&memory, at: now) { await pass(desired, &memory, at: now) }
        if isBeat, !Task.isCancelled { await ping(&memory) }
    }

    /// Tells the monitor how things stand; that it cannot be reached is said when that begins.
    private func ping(_ memory: inout Carried) async {
        guard let ping = installation.ping else { return }
        let stage = memory.configuration
        let isConverged =
            memory.isConverged && !memory.registryIsAway && stage.faults.isEmpty && stage.trouble == nil
        let fault = await ping.tell(isConverged: isConverged)
        if let line = memory.pingOutage.line(fault, end: "ping \(ping.address.host) answers again") {
            installation.log(line)
        }
    }

    /// Looks at the config repo, and follows what it asks for.
    private func refresh(_ memory: inout Carried, at now: Duration) async {
        let former = memory.configuration.desired ?? Desired()
        await memory.configuration.refresh()
        let desired = memory.configuration.desired ?? Desired()
        memory.nextBeat = now + rhythm.beat(for: desired)
        let (mirrored, bases) = (await mirrored(desired, memory.seen), memory.seen.bases.keys)
        memory.schedule.follow(rhythm.intervals(for: desired, mirrored, bases: bases), at: now)
        memory.schedule.hasten(rhythm.changed(from: former, to: desired), at: now)
    }

    private func pass(
        _ desired: Desired,
        _ memory: inout Carried,
        at now: Duration
    ) async {
        let force = ForceRequests(state: installation.state)
        let requests = force.pending()
        let forced = requests.flatMap(\.patterns)
        let fresh = requests.filter { !memory.triedRequests.contains($0.file) }.flatMap(\.patterns)
        let due = memory.schedule.due(at: now)
        let everything = memory.isEverythingCalledFor
        if due.isEmpty, fresh.isEmpty, !everything, await !somethingWaits(desired) { return }
        let survey = Survey(
            installation: installation,
            desired: desired,
            recorded: await state.recorded,
            configuration: memory.configuration.head,
            identity: memory.configuration.identity,
            forced: forced,
            now: .current(),
            copiesFollow: true
        )
        let pass = Pass(
            survey: survey,
            state: state,
            registry: registry.atPassStart,
            outbox: outbox,
            repeatsFailures: false
        )
        let result = await pass.run(memory.seen, isDue: due.contains) { image in
            everything || fresh.contains { image.matches($0) }
        }
        guard !Task.isCancelled else { return }
        let firstBases = result.seen.bases.keys.filter { memory.seen.bases[$0] == nil }.map(Look.base)
        memory.schedule.add(firstBases, each: installation.settings.mirrorInterval, at: now)
        (memory.seen, memory.isEverythingCalledFor) = (result.seen, false)
        let isRecorded = await !state.isFailing
        memory.isConverged = result.isConverged && isRecorded
        memory.triedRequests = Set(requests.map(\.file))
        let looks = due.union(firstBases)
        memory.schedule.made(looks, failed: await waits(of: due, desired, result.seen), at: watch.elapsed())
        force.settle(requests, after: result.images)
    }

    /// What the mirror entries stand for, by the lists of tags that were seen.
    private func mirrored(_ desired: Desired, _ seen: Observation) async -> [MirroredTag] {
        MirrorExpansion(of: desired, seen.lists, await state.recorded).tags
    }

    /// Whether an image that failed before is to be tried again, which no look would tell.
    private func somethingWaits(_ desired: Desired) async -> Bool {
        let (recorded, now) = (await state.recorded, Moment.current())
        return desired.images(recorded).contains { image in
            guard let failure = recorded[failure: image], failure.fingerprint != "look" else { return false }
            return !failure.waits(at: now)
        }
    }

    /// How long looks that failed wait: as long as the images that they failed for.
    private func waits(of due: Set<Look>, _ desired: Desired, _ seen: Observation) async -> [Look: Duration] {
        let (recorded, now) = (await state.recorded, Moment.current())
        var waits: [Look: Duration] = [:]
        func note(_ look: Look, for image: ImageID, atMost longest: Duration) {
            guard due.contains(look), let failure = recorded[failure: image], failure.fingerprint == "look" else {
                return
            }
            let wait = max(.seconds(1), min(failure.nextTry - now, longest))
            waits[look] = min(waits[look] ?? wait, wait)
        }
        for entry in desired.builds {
            let id = ImageID.build(entry.key)
            let keys = [entry.key] + recorded.buildKeys.filter { entry.gitTag(of: $0) != nil }
            for image in keys.map(ImageID.build) {
                if case .unknown? = seen.sources[entry.key] {
                    note(.source(entry.source), for: image, atMost: FailureRecord.longestWait)
                } else {
                    note(.registry(id), for: image, atMost: rhythm.verifyInterval)
                }
            }
        }
        for entry in desired.mirrors {
            guard let rule = entry.rule, case .unknown? = seen.lists[entry.upstream] else { continue }
            note(.list(entry.upstream), for: .rule(entry.landing, rule), atMost: FailureRecord.longestWait)
        }
        for tag in await mirrored(desired, seen) {
            if case .unknown? = seen.upstream[tag.id] {
                note(.upstream(tag.id), for: tag.id, atMost: FailureRecord.longestWait)
            } else {
                for look in [.registry(tag.id), .children(tag.id), .blobs(tag.id)] as [Look] {
                    note(look, for: tag.id, atMost: rhythm.verifyInterval)
                }
            }
        }
        return waits
    }

    /// Whether the kept registry can be spoken to; that it is away is said once, and is nobody's failure.
    private func registryAnswers(_ memory: inout Carried, at now: Duration) async -> Bool {
        let why = await installation.client.reasonForSilence(of: installation.settings.registry.host)
        if Task.isCancelled { return false }
        installation.reporter.registry(silence: why)
        // It may have come back with nothing, and what it failed has waited long enough.
        if why == nil, memory.registryIsAway { memory.schedule.hastenAll(at: now) }
        let begin = why.map { "registry \($0); waiting for it" }
        let end = "registry \(installation.settings.registry.host) answers again"
        if let line = memory.registryOutage.line(begin, end: end) { installation.log(line) }
        return why == nil
    }
}
