extension Outbox {
    /// Tries a taken delivery once and records what came of it; true if it came to its end, so that the next may go.
    func tryOnce(_ item: OutboxQueue.Item) async -> Bool {
        let start = watch.elapsed()
        guard let answer = await answer(to: item.record) else {
            queue.putBack(item.record, due: item.due)
            return false
        }
        let end = watch.elapsed()
        let fate = DeliveryFate(
            after: answer,
            tries: item.record.tries,
            age: end - item.created,
            jitter: .random(in: 0...1)
        )
        report(fate, answer, of: item.record, took: end - start)
        var record = item.record
        switch fate {
        case .delivered:
            await save([.webhookEnded(record.id)])
            queue.finish(item)
            return true
        case .again(let pause, let isHeld, let reason):
            record.tries += 1
            record.state = .waiting(.init(next: now() + pause, isHeld: isHeld, reason: reason))
            await save([.webhook(record)])
            queue.putBack(record, due: end + pause)
            return false
        case .givenUp(let why):
            record.tries += 1
            record.state = .givenUp(why: why, at: now())
            await save([.webhook(record)])
            givenUp.append(record)
            queue.finish(item)
            return true
        }
    }

    /// What the receiver answers; nil if the task was cancelled before.
    private func answer(to record: DeliveryRecord) async -> DeliveryAnswer? {
        guard !Task.isCancelled else { return nil }
        var known = Secrets()
        do {
            if record.needsSecrets { known = try secrets() }
            let response = try await send(record.request(known))
            let pause = response.headers["Retry-After"].flatMap { parseRetryAfter($0, now: Int(now().seconds)) }
            return .status(response.status, retryAfter: pause)
        } catch let error as HTTPError {
            let reason = Redaction(known.values)(error.description)
            switch error {
            case .cancelled: return nil
            case .refused: return .refused(reason)
            case .unreachable, .broken, .tooSlow, .insecure, .tooLarge: return .unanswered(reason)
            }
        } catch let error as Unsendable {
            let reason = Redaction(known.values)(error.reason)
            return error.isForNow ? .unanswered(reason) : .refused(reason)
        } catch {
            return .unanswered("\(error)")
        }
    }

    /// Writes log lines where failure begins and ends, for each delivery that was made, and for each that never will be.
    private func report(_ fate: DeliveryFate, _ answer: DeliveryAnswer, of record: DeliveryRecord, took: Duration) {
        let subject = "webhook \(record.shownURL) \(record.image)"
        let tries = record.tries == 0 ? "" : ", after \(record.tries) failed"
        switch fate {
        case .delivered:
            failing.remove(record.url)
            guard case .status(let status, _) = answer else { return }
            log("\(subject) \(status) \((took.inSeconds * 10).rounded() / 10) s\(tries)")
        case .again(let pause, _, let reason):
            guard failing.insert(record.url).inserted else { return }
            log("\(subject) \(reason); next try in \(max(pause, .seconds(1)).text), for a day")
        case .givenUp(let why):
            if case .status = answer { failing.remove(record.url) }
            log("\(subject) given up: \(why)\(tries)")
        }
    }

    /// Saves results; if that fails they hold in memory, and go to disk with the next ones or when `run` tries again.
    func save(_ changes: [StateChange]) async {
        guard !changes.isEmpty else { return }
        do {
            try await state.save(changes)
            noteDisk(nil)
        } catch {
            noteDisk(error)
        }
    }

    func noteDisk(_ fault: (any Error)?) {
        switch (fault, isDiskFailing) {
        case (let fault?, false): log("webhook results are only in memory, new ones wait: \(fault)")
        case (nil, true): log("webhook results are on disk again")
        case (nil, false), (.some, true): break
        }
        isDiskFailing = fault != nil
    }
}

extension DeliveryRecord {
    fileprivate var needsSecrets: Bool {
        !WebhookEntry(url: url, images: [], events: [], headers: headers).secretNames.isEmpty
    }
}
