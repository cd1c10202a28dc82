/// Delivers what webhooks must hear: recorded first, in order for each URL, over restarts, until told or given up.
///
/// A new image's lines from `prepare` go to the state file in one `save` with the image's own record; `wake` then sets
/// them free. A try is not recorded before it is made, so a kill between the receiver's answer and its record repeats
/// the delivery once, with the same id.
actor Outbox {
    /// Sends one request; `HTTPClient.send` outside of tests.
    typealias Sender = @Sendable (HTTPRequest) async throws(HTTPError) -> HTTPResponse

    /// The most URLs that are called at the same time; as many silent ones would hold back the others.
    static let width = 32

    let state: StateFile
    let send: Sender
    let secrets: @Sendable () throws(FileFault) -> Secrets
    let log: @Sendable (String) -> Void
    let now: @Sendable () -> Moment
    let watch: Stopwatch
    var queue = OutboxQueue()
    var givenUp: [DeliveryRecord]
    /// Told to the caller, but not known to be on disk yet.
    private var prepared: [DeliveryID: DeliveryRecord] = [:]
    private var lastNumber: Int
    /// The URLs whose last try failed; log lines mark where that begins and ends.
    var failing: Set<String> = []
    /// Whether the state file could not be written at the last try.
    var isDiskFailing = false
    /// Tries that `run` has under way.
    private var underWay = 0
    private let changed = Wakeup()

    /// Takes up what the state file holds; nothing is sent before `run` or `deliverAll`.
    init(
        state: StateFile,
        send: @escaping Sender,
        secrets: @escaping @Sendable () throws(FileFault) -> Secrets,
        clock: any Clock<Duration> = ContinuousClock(),
        now: @escaping @Sendable () -> Moment = Moment.current,
        log: @escaping @Sendable (String) -> Void
    ) async {
        self.state = state
        self.send = send
        self.secrets = secrets
        self.log = log
        self.now = now
        watch = Stopwatch(clock)
        let records = await state.recorded.deliveries
        lastNumber = records.map(\.number).max() ?? 0
        givenUp = records.filter { !$0.isWaiting }
        for record in records where record.isWaiting {
            queue.insert(record, now: now(), elapsed: watch.elapsed())
            if record.tries > 0 { failing.insert(record.url) }
        }
    }

    /// The lines that tell of `change`, to be saved together with the image's record; call `wake` afterwards.
    ///
    /// None if no webhook wants to hear of it. What is prepared and never saved is told to nobody.
    func prepare(_ change: ImageChange, webhooks: [WebhookEntry], own: [WebhookEntry]) -> [StateChange] {
        listeners(to: change, among: webhooks, and: own).map { entry in
            lastNumber += 1
            let id = DeliveryID()
            let record = DeliveryRecord(
                id: id,
                number: lastNumber,
                image: change.image,
                url: entry.url,
                headers: entry.headers,
                body: change.body(id),
                created: now(),
                state: .waiting(.init(next: now(), isHeld: false, reason: nil))
            )
            prepared[id] = record
            return .webhook(record)
        }
    }

    /// Starts to deliver what was prepared and saved; call it whether the save succeeded or not.
    ///
    /// What could not be written waits until it can be: nobody hears of an image whose record may be lost.
    func wake() async {
        await release()
        changed.set()
    }

    /// Delivers whatever is due until the task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                await release()
                for item in queue.take(elapsed: watch.elapsed(), atMost: Self.width - underWay) {
                    underWay += 1
                    group.addTask { await self.tryInTurn(item) }
                }
                await pause()
            }
            group.cancelAll()
        }
    }

    /// Tries what waits without minding its pauses, for one pass and for no longer than `limit`; the rest stays.
    ///
    /// A URL whose delivery fails, or whose receiver asked to be left alone, is called no more this time.
    func deliverAll(within limit: Duration) async {
        await release()
        let watch = watch
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.tryAll() }
            group.addTask { await watch.sleep(until: watch.elapsed() + limit) }
            await group.next()
            group.cancelAll()
        }
    }

    /// What waits and what was given up, as of now.
    var status: OutboxStatus {
        let outdated = Set(givenUp.outdated(at: now()).map(\.id))
        return OutboxStatus(prepared.values + queue.records + givenUp.filter { !outdated.contains($0.id) })
    }

    private func tryInTurn(_ item: OutboxQueue.Item) async {
        _ = await tryOnce(item)
        underWay -= 1
        changed.set()
    }

    private func tryAll() async {
        let firsts = queue.takeAll(elapsed: watch.elapsed())
        _ = await sideBySide(firsts, atMost: Self.width) { first in
            var next: OutboxQueue.Item? = first
            while let item = next, await self.tryOnce(item) { next = await self.takeNext(of: item.record.url) }
        }
    }

    private func takeNext(of url: String) -> OutboxQueue.Item? { queue.takeNext(of: url, elapsed: watch.elapsed()) }

    /// Moves what was prepared and is on disk into the queue, and lets go of what was shown for long enough.
    private func release() async {
        let saved = await recordedOfPrepared()
        if !saved.isEmpty || isDiskFailing {
            do {
                try await state.settle()
                noteDisk(nil)
            } catch {
                return noteDisk(error)
            }
        }
        for record in saved where prepared.removeValue(forKey: record.id) != nil {
            queue.insert(record, now: now(), elapsed: watch.elapsed())
        }
        let outdated = givenUp.outdated(at: now())
        givenUp.removeAll { outdated.contains($0) }
        await save(outdated.map { .webhookEnded($0.id) })
    }

    private func recordedOfPrepared() async -> [DeliveryRecord] {
        guard !prepared.isEmpty else { return [] }
        let recorded = await state.recorded
        return prepared.values.filter { recorded[webhook: $0.id] != nil }
    }

    /// Waits until something may be done.
    private func pause() async {
        let due = underWay < Self.width ? queue.nextDue : nil
        let retry = isDiskFailing ? watch.elapsed() + .seconds(30) : nil
        await changed.wait(until: [due, retry].compactMap(\.self).min(), on: watch)
    }
}
