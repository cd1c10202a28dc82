import Synchronization

/// Where the rest of the program says what happens; from that come log, status page, metrics and progress.
///
/// Every call is quick and none throws: a page that cannot be written holds up nothing.
final class Reporter: Sendable {
    /// The pages are written at least that often, so that their age tells whether anybody still writes them.
    static let heartbeat = Duration.seconds(60)

    let log: Log
    let journal: Journal
    let screen: Screen
    /// What is being looked at, for the screen.
    let watch = LookWatch()
    let waiting = WaitingImages()
    private let publisher: Publisher
    private let board: Mutex<StatusBoard>
    private let outputs = Mutex<[ImageID: BuildLog]>([:])
    private let now: @Sendable () -> Moment
    private let beats: any Clock<Duration>

    /// `pages` is the folder of the status page; nothing is made there before `publishing`.
    init(
        _ facts: StatusBoard.Facts,
        pages: String,
        screen: Screen,
        clock: any Clock<Duration> = ContinuousClock(),
        beats: any Clock<Duration> = ContinuousClock(),
        now: @escaping @Sendable () -> Moment = { .current() },
        redaction: @escaping @Sendable () -> Redaction = { Redaction() }
    ) {
        let publisher = Publisher(folder: pages, clock: clock)
        let journal = Journal(screen: screen.print) { publisher.note(.log) }
        self.publisher = publisher
        self.journal = journal
        self.screen = screen
        self.now = now
        self.beats = beats
        board = Mutex(StatusBoard(facts))
        log = Log(redaction: redaction, now: now, write: journal.take)
    }

    /// The board as it stands.
    var snapshot: StatusBoard { board.withLock { $0 } }

    /// What the pages of an earlier run say.
    func earlierPages() async -> Publisher.Earlier { publisher.earlier() }

    /// Keeps the pages up to date while `body` runs, and once more after it; they go on from `earlier`.
    func publishing<Value, Failure: Error>(
        after earlier: consuming Publisher.Earlier,
        _ body: () async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        publisher.open()
        recall(earlier)
        let pages = Task {
            await publisher.run({ (self.snapshot, self.journal.recent, self.now()) }, report: log.callAsFunction)
        }
        let pulse = Task {
            while (try? await beats.sleep(for: Self.heartbeat)) != nil { change(.page) { _ in } }
        }
        let lines = Task { await screen.run(progress) }
        let outcome: Result<Value, Failure>
        do throws(Failure) {
            outcome = .success(try await body())
        } catch {
            outcome = .failure(error)
        }
        for task in [pulse, lines, pages] { task.cancel() }
        await pulse.value
        await lines.value
        await pages.value
        return try outcome.get()
    }

    private func recall(_ earlier: consuming Publisher.Earlier) {
        journal.recall(earlier.log)
        if let status = earlier.status { board.withLock { $0.recall(status) } }
    }

    /// Shows on a terminal what is looked at while `body` runs, and writes no pages.
    func showing<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        board.withLock { $0.beginPass(at: now()) }
        let lines = Task { await screen.run(progress) }
        screen.note()
        let outcome: Result<Value, any Error>
        do { outcome = .success(try await body()) } catch { outcome = .failure(error) }
        lines.cancel()
        await lines.value
        return try outcome.get()
    }

    @Sendable private func progress(_ size: (columns: Int, rows: Int)) -> [String] {
        ProgressLines(snapshot, now(), watch).text(size: size)
    }

    /// `part` is what is to be written: the page too, or the status alone, which the page follows by itself.
    private func change(_ part: Publisher.Part = .status, _ body: (inout StatusBoard) -> Void) {
        let isReady = board.withLock { board in
            body(&board)
            return board.isReady
        }
        if isReady { publisher.note(part) }
        screen.note()
    }
}

extension Reporter {
    /// It is known what is desired, and what the state file says of that.
    func desires(_ desired: Desired, _ recorded: Recorded) {
        change(.page) { $0.desire(desired, recorded, now: now()) }
    }

    /// A pass begins that is to bring about `desired`.
    func passBegan(_ desired: Desired, _ recorded: Recorded) {
        change(.page) { board in
            board.desire(desired, recorded, now: now())
            board.beginPass(at: now())
        }
        watch.reset()
    }

    /// Everything was looked at and compared.
    func saw(_ comparison: Comparison, _ drifts: [Drift], _ builds: [BuildEntry]) {
        change { board in
            board.follow(comparison.mirrors.tags, builds, recorded: comparison.recorded, now: now())
            board.see(comparison.seen, drifts, comparison.names, now: now())
        }
    }

    func workBegan(_ image: ImageID, _ action: Action, _ reasons: [Reason]) {
        waiting.end(image)
        let work = ImageStatus.Work(verb: action.verb, reasons: reasons, began: now())
        change { $0.update(image) { $0.becomes(.working(work), at: now()) } }
    }

    /// One line of a build's output.
    func output(_ image: ImageID, _ line: String) {
        let line = log.shown(line)
        outputs.withLock { outputs in
            if let file = outputs[image] { return file.add(line) }
            let file = BuildLog(BuildLogName(image), in: publisher.logs)
            outputs[image] = file
            file.add(line)
        }
        update(image) { if !line.isEmpty { $0.line = line } }
    }

    /// How much of a copy is done, and all there will be.
    func copied(_ image: ImageID, _ bytes: Int64, of total: Int64) {
        update(image) { work in
            work.bytes = bytes
            work.total = total
        }
    }

    private func update(_ image: ImageID, _ body: (inout ImageStatus.Work) -> Void) {
        change { board in
            board.update(image) { status in
                guard case .working(var work) = status.condition else { return }
                body(&work)
                status.becomes(.working(work), at: work.began)
            }
        }
    }

    /// Lines of the state file are being saved.
    func recorded(_ changes: [StateChange]) { change { $0.apply(changes) } }

    /// The work on an image came to an end; called after `recorded`.
    ///
    /// `until` is when what waits may go on.
    func workEnded(_ image: ImageID, _ standing: Standing, until: Moment? = nil) {
        if let file = outputs.withLock({ $0.removeValue(forKey: image) }) {
            if case .failing(let why) = standing { file.add("failed: " + log.shown(why)) }
            file.close()
        }
        change { board in
            board.update(image) { status in
                switch standing {
                case .inLine, .converged: status.becomes(.inLine, at: now())
                case .failing(let why): status.becomes(.failing(why: log.shown(why)), at: now())
                case .waiting(let why): status.becomes(.waiting(why: why, until: until), at: now())
                case .paused: status.becomes(.paused, at: now())
                case .unfinished: status.becomes(.waiting(why: "the pass ended before its turn", until: nil), at: now())
                }
            }
        }
    }

    func passEnded() { change(.page) { $0.endPass(at: now()) } }

    /// The service looks again and again, every `beat`.
    func looks(every beat: Duration) { change { $0.facts.interval = beat } }

    /// What keeps passes from being made, or nothing any more.
    func trouble(_ why: String?, about subject: Trouble.Subject) {
        change(.page) { board in
            board.isReady = board.isReady || why != nil
            board.note(trouble: why.map(log.shown), about: subject, at: now())
        }
    }

    /// Whether the kept registry answers, or why not.
    func registry(silence why: String?) {
        let isNews = snapshot.registryIsUp != (why == nil)
        change(isNews ? .page : .status) { board in
            board.isReady = board.isReady || why != nil
            board.note(registrySilence: why.map(log.shown), at: now())
        }
    }

    /// What is wrong in `desired/`; empty once it is mended.
    func configuration(_ faults: [ConfigurationFault]) {
        change(.page) { board in
            board.isReady = board.isReady || !faults.isEmpty
            board.note(faults: faults, at: now())
        }
    }

    /// Deliveries that wait or were given up.
    func webhooks(_ status: OutboxStatus) { change { $0.webhooks = status.webhooks } }

    /// What the upstream registries said of how much may be asked of them.
    func allowances(_ standings: [RegistryHost: RateLimits.Standing]) { change { $0.allowances = standings } }

    /// Free space where builds are made.
    func disk(free: ByteCount?) { change { $0.diskFree = free } }
}
