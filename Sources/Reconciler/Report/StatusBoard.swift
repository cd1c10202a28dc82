/// Everything that people are shown, as it stands now; pure, and kept up to date by `Reporter`.
struct StatusBoard: Sendable {
    /// What hardly changes while the program runs.
    struct Facts: Sendable {
        let version: String
        /// The commit that it was built from.
        let commit: String
        /// The name people pull by.
        let registry: String
        /// Between two passes; nil for a single one.
        var interval: Duration?
        let diskFloor: ByteCount
        let started: Moment
    }

    /// One pass that ended.
    struct PassRun: Sendable, Equatable {
        let start: Moment
        let duration: Duration
        /// Images built, copied or put back.
        let changed: Int
        let failing: Int
    }

    /// One delivery that waits, or was given up.
    struct Webhook: Sendable, Equatable {
        let url: String
        let image: ImageID
        let since: Moment
        let tries: Int
        /// Nil once it was given up.
        let nextTry: Moment?
        let why: String?
    }

    /// As many passes as a day has minutes, and some.
    static let mostPasses = 1_500

    var facts: Facts
    /// One by one apart: a page that is being written holds on to all of them, and what changes meanwhile is few.
    private var rows: [Shared<ImageStatus>] = []
    private var places: [ImageID: Int] = [:]
    private var builds: [BuildEntry] = []
    /// The entries as the file has them.
    private var listed: [BuildEntry] = []
    private(set) var passes: [PassRun] = []
    /// When the pass under way began.
    private(set) var passBegan: Moment?
    /// Whether it is known what is desired; until then the pages of an earlier run stand.
    var isReady = false
    private(set) var troubles = Troubles()
    /// Whether the kept registry answered when it was last asked; nil before.
    private(set) var registryIsUp: Bool?
    /// What was said of each image by the run before this one.
    private var former: [ImageID: ImageStatus.Former] = [:]
    private var changedInPass = 0
    /// What the names of bases mean; nil before the first pass.
    private(set) var names: KeptNames?
    /// How many images the pass under way is to put right, and with how many it is done.
    private(set) var work = (due: 0, done: 0)
    /// When a pass last ended with nothing failing.
    private(set) var lastSuccess: Moment?
    var durations = Histogram()
    private(set) var runs: [Run.Result: Int] = [:]
    var faults: [ConfigurationFault] = []
    /// Since when `desired/` is invalid; nil if it is not.
    private(set) var faultsSince: Moment?
    private var formerFaultsSince: Moment?
    var webhooks: [Webhook] = []
    var allowances: [RegistryHost: RateLimits.Standing] = [:]
    var diskFree: ByteCount?

    init(_ facts: Facts) { self.facts = facts }

    var images: some RandomAccessCollection<ImageStatus> { rows.lazy.map(\.value) }

    subscript(image: ImageID) -> ImageStatus? { places[image].map { rows[$0].value } }

    /// Takes up what is desired; images already known keep how they stand, others are as the state file has them.
    mutating func desire(_ desired: Desired, _ recorded: Recorded, now: Moment) {
        isReady = true
        // What was in line, and is by what is remembered, has a time of its own.
        former = former.filter { image, status in
            status.condition != "in-line" || recorded[image: image] == nil || recorded[failure: image] != nil
        }
        let mirrored = MirrorExpansion(of: desired, [:], recorded).tags
        if listed != desired.builds { builds = desired.remembered(recorded.buildKeys) }
        listed = desired.builds
        follow(mirrored, recorded: recorded, now: now)
    }

    /// Takes up which tags the entries stand for, now that the upstreams were asked; nil leaves the builds as they are.
    mutating func follow(
        _ mirrored: [MirroredTag],
        _ builds: [BuildEntry]? = nil,
        recorded: Recorded,
        now: Moment
    ) {
        if let builds { self.builds = builds }
        let known = self
        func row(_ image: ImageID, _ source: String) -> Shared<ImageStatus> {
            if let place = known.places[image], known.rows[place].value.source == source { return known.rows[place] }
            return Shared(ImageStatus(image, source: source, recorded, former: known.former[image], now: now))
        }
        rows =
            known.builds.map { row(.build($0.key), $0.source.description) }
            + mirrored.map { row($0.id, $0.upstream.familiar) }
        if rows.elementsEqual(known.rows, by: { $0.value.image == $1.value.image }) { return }
        places = Dictionary(rows.enumerated().map { ($1.value.image, $0) }) { first, _ in first }
    }

    mutating func beginPass(at now: Moment) { (passBegan, changedInPass, work) = (now, 0, (0, 0)) }

    /// Takes up what a pass saw, and its verdicts.
    mutating func see(_ seen: Observation, _ drifts: [Drift], _ names: KeptNames? = nil, now: Moment) {
        self.names = names ?? self.names
        work.due = drifts.count(where: \.verdict.needsWork)
        for drift in drifts {
            update(drift.image) { status in
                let source = seen.sources[drift.image.description]?.value
                if drift.image.kind == .build, let source {
                    let (commit, digest) = (source.commit, status.desired.digest)
                    status.desired = .init(commit: commit.id, subject: commit.subject, digest: digest)
                }
                if let digest = seen.upstream[drift.image]?.value { status.desired.digest = digest }
                var condition = ImageStatus.Condition(drift.verdict)
                if case .waiting = condition, drift.isHeld, let failure = status.failure {
                    condition = .failing(why: failure.reason)
                }
                status.becomes(condition, at: now)
            }
        }
    }

    mutating func update(_ image: ImageID, _ change: (inout ImageStatus) -> Void) {
        guard let place = places[image] else { return }
        var status = rows[place].value
        change(&status)
        if status != rows[place].value { rows[place] = Shared(status) }
    }

    /// Takes up what is being recorded.
    mutating func apply(_ changes: [StateChange]) {
        for change in changes {
            guard [.image, .failure, .runs].contains(change.key.subject), let image = change.key.image else { continue }
            update(image) { status in
                switch change.value {
                case .image(let record)?: status.holds(record)
                case .failure(let failure)?: status.failure = failure
                case .runs(let history)?: status.history = history
                default: if change.key.subject == .failure { status.failure = nil }
                }
            }
            if case .runs(let history)? = change.value, let run = history.runs.last {
                runs[run.result, default: 0] += 1
                work.done += 1
                if run.result != .failed { changedInPass += 1 }
            }
        }
    }

    mutating func endPass(at now: Moment) {
        guard let began = passBegan else { return }
        let failing = images.count { ["failing", "unknown"].contains($0.condition.name) }
        recall([PassRun(start: began, duration: max(.zero, now - began), changed: changedInPass, failing: failing)])
        durations.add((now - began).inSeconds)
        passBegan = nil
    }

    /// Takes up what keeps passes from being made; nil ends it.
    mutating func note(trouble why: String?, about subject: Trouble.Subject, at now: Moment) {
        troubles.note(why, about: subject, at: now)
    }

    /// Takes up whether the kept registry answers; `why` if it does not.
    mutating func note(registrySilence why: String?, at now: Moment) {
        registryIsUp = why == nil
        note(trouble: why.map { "registry \($0); waiting for it" }, about: .registry, at: now)
    }

    /// Takes up what is wrong in `desired/`.
    mutating func note(faults: [ConfigurationFault], at now: Moment) {
        faultsSince = faults.isEmpty ? nil : faultsSince ?? formerFaultsSince ?? now
        formerFaultsSince = nil
        self.faults = faults
    }

    /// Takes up what an earlier run wrote into `status.json`, so that what goes on has not begun anew.
    mutating func recall(_ earlier: EarlierStatus) {
        recall((earlier.head["passes"]?.array ?? []).compactMap { PassRun($0) })
        troubles.recall(earlier.head["troubles"])
        formerFaultsSince = earlier.head["faultsSince"]?.int.map { Moment(seconds: Int64(clamping: $0)) }
        former = earlier.images
    }

    /// Adds passes that ended, oldest first; those older than a day are dropped.
    mutating func recall(_ ended: [PassRun]) {
        passes += ended
        guard let last = passes.last else { return }
        passes = passes.filter { last.start - $0.start < .seconds(86_400) }.suffix(Self.mostPasses)
        if let success = ended.last(where: { $0.failing == 0 }) { lastSuccess = success.start + success.duration }
    }

    var sortedAllowances: [(RegistryHost, RateLimits.Standing)] {
        allowances.filter { $0.value.remaining != nil || $0.value.quietUntil != nil }
            .sorted { $0.key.description < $1.key.description }
    }

    /// How many images are in each condition.
    var counts: [String: Int] {
        images.reduce(into: [:]) { counts, status in counts[status.condition.name, default: 0] += 1 }
    }
}
