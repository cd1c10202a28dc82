/// Writes down what came of each image, and tells the log when a failure begins and when it ends.
actor Recording {
    private(set) var standings: [ImageID: Standing] = [:]
    private let state: StateFile
    private let reporter: Reporter
    private let now: @Sendable () -> Moment
    private let backoff: Backoff
    private let limits: RateLimits
    /// Until when nothing may be asked for an image, because its registry wants to be left alone.
    private let quietUntil: @Sendable (ImageID) -> Moment?
    /// Whether a failure is said each time and not only when it begins.
    private let repeatsFailures: Bool
    /// The lines that tell webhooks of an image that is new in the registry.
    private let announcements: @Sendable (ImageID, ImageRecord) async -> [StateChange]
    /// Called when what was announced is on disk, or could not be brought there.
    private let onSaved: @Sendable () async -> Void
    private var isRecordable = true
    private var lines = FailureLines()
    private var log: Log { reporter.log }

    init(
        state: StateFile,
        reporter: Reporter,
        repeatsFailures: Bool,
        now: @escaping @Sendable () -> Moment,
        limits: RateLimits = RateLimits(),
        quietUntil: @escaping @Sendable (ImageID) -> Moment? = { _ in nil },
        backoff: Backoff = Backoff(),
        announcements: @escaping @Sendable (ImageID, ImageRecord) async -> [StateChange],
        onSaved: @escaping @Sendable () async -> Void
    ) {
        self.onSaved = onSaved
        self.announcements = announcements
        self.repeatsFailures = repeatsFailures
        self.state = state
        self.reporter = reporter
        self.now = now
        self.backoff = backoff
        self.limits = limits
        self.quietUntil = quietUntil
    }

    /// Notes the images that need no work: in line, held back, or not to be seen.
    func note(_ drifts: [Drift]) async {
        var changes: [StateChange] = []
        // Images that fail for one reason, such as a source that is away, share one line.
        var failures: [String: [Drift]] = [:]
        for drift in drifts {
            switch drift.verdict {
            case .inLine:
                standings[drift.image] = .inLine
                changes += await recovered(drift.image) + settled(drift.image) + pushed(drift.image)
            case .learn(let record):
                standings[drift.image] = .inLine
                changes += await recovered(drift.image) + settled(drift.image) + learnt(drift.image, record)
            case .waiting(_, let why, let reasons):
                changes += await settling(drift.image, reasons)
                let hasFailed = await state[failure: drift.image] != nil
                standings[drift.image] = drift.isHeld && hasFailed ? .failing(why: why) : .waiting(why: why)
                if !drift.isHeld { changes += await recovered(drift.image, andWaits: why) }
            case .paused: standings[drift.image] = .paused
            case .unknown(let why), .stalled(let why):
                failures[why, default: []].append(drift)
            case .drifted: continue
            }
        }
        for (why, drifts) in failures.sorted(by: { $0.key < $1.key }) {
            changes += await failed(drifts, nil, why, [])
        }
        await save(changes)
    }

    /// Notes which tags nothing desires any more, and which are desired again.
    func note(departures: [StateChange]) async { await save(departures) }

    /// Notes what came of the work on one image; returns when it is on disk.
    ///
    /// The try itself, which began at `start`, is noted in the same save; nil means that none was made.
    func note(_ drift: Drift, _ outcome: Outcome, _ reasons: [Reason] = [], since start: Moment? = nil) async {
        await note(drift, outcome, reasons, tries(of: drift, outcome, reasons, start))
        if let standing = standings[drift.image] { reporter.workEnded(drift.image, standing, until: outcome.until) }
    }

    private func note(_ drift: Drift, _ outcome: Outcome, _ reasons: [Reason], _ tries: [StateChange]) async {
        switch outcome {
        case .converged(let result, _), .same(let result, _):
            let record = result.sized(as: await state[image: drift.image])
            let unseen = reasons.compactMap { reason -> String? in
                guard case .lookFailed(let why) = reason else { return nil }
                return why
            }
            var changes = await formerTags(of: drift.image, record) + [.image(drift.image, record)] + tries
            changes += await reasons.settling == nil ? settled(drift.image) : settling(drift.image, reasons)
            if outcome.isNew, await isNews(record, of: drift.image, drift.verdict.recognised) {
                changes += await announcements(drift.image, record)
            }
            changes += await pushed(drift.image)
            if let why = unseen.first {
                await save(changes + failed([drift], nil, why, []))
            } else {
                standings[drift.image] = .converged
                await save(changes + recovered(drift.image))
            }
        case .retry(let after, let why, let output): await save(failed([drift], after, why, output) + tries)
        case .stalled(let why): await save(failed([drift], nil, why, []) + tries)
        case .waiting(let until, let why):
            let wait = Verdict.waiting(until: until, why: why, reasons)
            await note([Drift(image: drift.image, verdict: wait)])
        case .cancelled: standings[drift.image] = .unfinished
        }
    }

    /// Why the last try for an image failed; nil if it did not.
    func failure(of image: ImageID) async -> FailureRecord? { await state[failure: image] }

    private func tries(
        of drift: Drift,
        _ outcome: Outcome,
        _ reasons: [Reason],
        _ start: Moment?
    ) async -> [StateChange] {
        guard let start, let result = drift.verdict.result(of: outcome) else { return [] }
        let run = Run(start: start, duration: max(.zero, now() - start), result: result)
        let reason = log.shown(drift.verdict.telling(reasons))
        return [.runs(drift.image, await state[runs: drift.image].adding(run, reason))]
    }

    /// Remembers what is about to stand under an image's tags, before the first of them moves, so that a run that is killed
    /// then is completed by the next one; returns when it is on disk, and throws if it cannot be brought there.
    func willPush(_ push: PushRecord, of id: ImageID) async throws {
        await save([.push(id, push)])
        if await state.isFailing {
            throw Malformed(
                "nothing is pushed while the state file cannot be written; free some space, or mend its folder"
            )
        }
    }

    /// What was found in place is no news, unless a run that was killed had just brought it there.
    private func learnt(_ id: ImageID, _ found: ImageRecord) async -> [StateChange] {
        let record = found.sized(as: await state[image: id])
        var changes = [StateChange.image(id, record)]
        if let push = await state[push: id], push.isOf(record), await isNews(record, of: id, nil) {
            log("\(id) \(record.digest.short) was brought by a run that was killed before it could record that")
            changes += await formerTags(of: id, record) + announcements(id, record)
        }
        return await changes + pushed(id)
    }

    /// Whether nobody has heard of the image yet; `recognised` is what stood in the registry before, by its labels.
    private func isNews(_ record: ImageRecord, of id: ImageID, _ recognised: ImageRecord?) async -> Bool {
        if let before = await state[image: id] { return before.digest != record.digest }
        if let push = await state[push: id], push.isOf(record) { return true }
        return recognised?.digest != record.digest
    }

    /// Forgets a push that has come to its end.
    private func pushed(_ id: ImageID) async -> [StateChange] {
        await state[push: id] == nil ? [] : [.push(id, nil)]
    }

    /// Remembers when a new digest was first seen, if a reason tells.
    private func settling(_ id: ImageID, _ reasons: [Reason]) async -> [StateChange] {
        guard let record = reasons.settling, await state[settling: id] != record else { return [] }
        return [StateChange(key: .settling(id), value: .settling(record))]
    }

    /// Forgets a digest that was waited for.
    private func settled(_ id: ImageID) async -> [StateChange] {
        await state[settling: id] == nil ? [] : [StateChange(key: .settling(id), value: nil)]
    }

    /// The tags that the image leaves behind, which nothing desires any more.
    private func formerTags(of id: ImageID, _ record: ImageRecord) async -> [StateChange] {
        guard let repository = id.repository, let former = await state[image: id] else { return [] }
        return former.tags.filter { !record.tags.contains($0) }.map { tag in
            let key = StateKey.former(Destination(repository: repository, tag: tag))
            return StateChange(key: key, value: .former(former.digest, left: now()))
        }
    }

    private func recovered(_ id: ImageID, andWaits why: String? = nil) async -> [StateChange] {
        guard let failure = await state[failure: id] else { return [] }
        let time = lasting(from: failure.since, to: now())
        log("\(id) works again, after failing for \(time)" + (why.map { ", and waits: \($0)" } ?? ""))
        return [.failure(id, nil)]
    }

    private func failed(_ drifts: [Drift], _ after: Duration?, _ why: String, _ output: [String]) async -> [StateChange]
    {
        let recorded = await state.recorded
        var changes: [StateChange] = []
        var told: [Drift] = []
        for drift in drifts {
            let before = recorded[failure: drift.image]
            standings[drift.image] = .failing(why: why)
            let early = before.flatMap { isEarly(drift, $0) ? $0 : nil }
            if let early, early.reason == why { continue }
            let isFull = why.contains(lackOfSpaceBegin)  // Nothing was tried, so the next pass may.
            if repeatsFailures || before?.reason != why { told.append(drift) }
            if isFull, before?.reason == why, before?.fingerprint == drift.verdict.fingerprint { continue }
            let quiet = quietUntil(drift.image)
            let tries = before?.fingerprint == drift.verdict.fingerprint ? (before?.tries ?? 0) + 1 : 1
            let next = now() + backoff.wait(afterTries: tries, asked: after)
            let record = FailureRecord(
                reason: why,
                since: before?.since ?? now(),
                tries: early?.tries ?? tries,
                nextTry: isFull ? now() : [early?.nextTry ?? next, quiet].compactMap(\.self).max() ?? next,
                fingerprint: drift.verdict.fingerprint,
                isAsked: after != nil || quiet != nil
            )
            changes.append(.failure(drift.image, record))
        }
        if let line = lines.line(told, why, hasOutput: !output.isEmpty) { log(line, output: output) }
        return changes
    }

    /// Names the images that failed for a reason that another had given already; to be called when the pass is over.
    func sayRest() { for line in lines.rest() { log(line) } }

    /// Whether nothing was tried, or only because a nudge asked for a look: neither makes the wait longer.
    private func isEarly(_ drift: Drift, _ before: FailureRecord) -> Bool {
        !repeatsFailures && drift.verdict.fingerprint == "look" && before.fingerprint == "look"
            && before.waits(at: now())
    }

    /// A state file that cannot be written is said once, and once more when it can be again.
    func save(_ changes: [StateChange]) async {
        guard !changes.isEmpty else { return }
        reporter.recorded(changes)
        let since = await state.failingSince
        if since != nil { isRecordable = false }
        do {
            try await state.save(changes + state.changes(of: limits.standings))
            if !isRecordable {
                log("state is written again" + (since.map { ", after \(lasting(from: $0, to: now()))" } ?? ""))
            }
            isRecordable = true
        } catch {
            if isRecordable { log("state cannot be written, going on from memory: \(error)") }
            isRecordable = false
        }
        await onSaved()
    }
}
