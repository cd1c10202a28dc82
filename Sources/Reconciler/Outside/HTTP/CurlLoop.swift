import CCurl
import Glibc
import Synchronization

/// One thread that drives all transfers of one libcurl multi handle.
///
/// Tasks leave commands in a locked mailbox and wake the thread; all that is libcurl's, and every `CurlTransfer`, is
/// touched by that thread alone. That is the reason for `@unchecked Sendable`.
final class CurlLoop: @unchecked Sendable {
    private enum Command {
        case start(CurlTransfer)
        case cancel(CurlTransfer)
        case giveUp(BlobPipe, HTTPError)
        case run(UnownedJob)
        case stop
    }

    private struct Mailbox {
        var commands: [Command] = []
        var isClosed = false
    }

    private let mailbox = Mutex(Mailbox())
    private let multi: UnsafeMutableRawPointer?
    private let certificates: String?
    /// Zero before it runs.
    private let thread = Atomic<pthread_t>(0)
    private var running: [UnsafeMutableRawPointer: CurlTransfer] = [:]
    private var lanes: [Lane: LaneQueue] = [:]
    private var idle: [UnsafeMutableRawPointer] = []
    private var resumable: [CurlTransfer] = []
    /// Uploads that wait for the beginning of what they are to send.
    private var held: [ObjectIdentifier: CurlTransfer] = [:]
    /// What was taken out of the mailbox and is being carried out.
    private var taken: [Command] = []

    private static let isInitialized = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    init(certificates: String?) {
        self.certificates = certificates
        multi = Self.isInitialized ? curl_multi_init() : nil
        curl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, Lane.connectionsPerHost)
        curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, 64)
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self)
        let started = pthread_create(&thread, nil, { runLoop($0) }, context.toOpaque())
        if started == 0 {
            pthread_detach(thread)
        } else {
            context.release()
            mailbox.withLock { $0.isClosed = true }
        }
    }

    func start(_ transfer: CurlTransfer) {
        if !post(.start(transfer)) { transfer.complete(.failure(.cancelled)) }
    }

    /// Ends `transfer` soon, wherever it stands; without effect on one that has finished.
    func cancel(_ transfer: CurlTransfer) { _ = post(.cancel(transfer)) }

    /// Ends the upload at the other end of `pipe`; without effect on one that has finished.
    func giveUp(_ pipe: BlobPipe, _ why: HTTPError) { _ = post(.giveUp(pipe, why)) }

    /// Ends the thread; what is under way fails as cancelled.
    func stop() { _ = post(.stop) }

    private func post(_ command: Command) -> Bool {
        mailbox.withLock { mailbox in
            guard !mailbox.isClosed else { return false }
            mailbox.commands.append(command)
            // Under the lock, because the thread closes the mailbox before it frees the handle.
            if mailbox.commands.count == 1, !isOwnThread { curl_multi_wakeup(multi) }
            return true
        }
    }

    private var isOwnThread: Bool { thread.load(ordering: .relaxed) == pthread_self() }
}

/// Tasks that are little more than requests may run on the loop's thread: to wake another one for each answer takes
/// longer than what is done with it.
extension CurlLoop: TaskExecutor {
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if !post(.run(job)) { globalConcurrentExecutor.enqueue(ExecutorJob(job)) }
    }
}

private func runLoop(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    // Signals belong to other threads, and OpenSSL may raise SIGPIPE here.
    var all = sigset_t()
    sigfillset(&all)
    // But for those that tell of a fault in this very thread, so that it can be told where.
    for signal in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT] { sigdelset(&all, signal) }
    pthread_sigmask(SIG_BLOCK, &all, nil)
    guard let context else { return nil }
    Unmanaged<CurlLoop>.fromOpaque(context).takeRetainedValue().run()
    return nil
}

// What runs on the loop's thread.
extension CurlLoop {
    fileprivate func run() {
        thread.store(pthread_self(), ordering: .relaxed)
        while takeAllCommands() {
            var count: Int32 = 0
            curl_multi_perform(multi, &count)
            finishTransfers()
            resumePaused()
            // What was left in the mailbox by this thread itself wakes nobody.
            let patience: Int32 = hasMail ? 0 : running.isEmpty ? 600_000 : 60_000
            curl_multi_poll(multi, nil, 0, patience, nil)
        }
        for transfer in Array(running.values) { end(transfer, .failure(.cancelled)) }
        for easy in idle { curl_easy_cleanup(easy) }
        curl_multi_cleanup(multi)
    }

    private var hasMail: Bool { mailbox.withLock { !$0.commands.isEmpty } }

    /// Carries out what the mailbox holds, and what comes of that, within reason; false when the loop must end.
    private func takeAllCommands() -> Bool {
        for _ in 1...64 {
            guard takeCommands() else { return false }
            if !hasMail { break }
        }
        return true
    }

    /// Carries out what the mailbox holds; false when the loop must end.
    private func takeCommands() -> Bool {
        mailbox.withLock { mailbox in
            swap(&mailbox.commands, &taken)
            for case .stop in taken { mailbox.isClosed = true }
        }
        defer { taken.removeAll(keepingCapacity: true) }
        var goesOn = true
        for command in taken {
            switch command {
            case .start(let transfer): accept(transfer)
            case .cancel(let transfer): cancelNow(transfer)
            case .giveUp(let pipe, let why): pipe.giveUp(why)
            case .run(let job): job.runSynchronously(on: asUnownedTaskExecutor())
            case .stop: goesOn = false
            }
        }
        guard !goesOn else { return true }
        for queue in lanes.values { for transfer in queue.left { transfer.complete(.failure(.cancelled)) } }
        for transfer in Array(held.values) { cancelNow(transfer) }
        return false
    }

    private func accept(_ transfer: CurlTransfer) {
        // A cancellation may have come first.
        guard case .new = transfer.stage else { return transfer.complete(.failure(.cancelled)) }
        transfer.stage = .waiting
        if case .pipe(let pipe)? = transfer.source, !pipe.isReady {
            held[ObjectIdentifier(transfer)] = transfer
            pipe.resume = { [unowned self] in resumable.append($0) }
            pipe.hold(transfer)
        } else {
            enqueue(transfer)
        }
    }

    private func enqueue(_ transfer: CurlTransfer) {
        lanes[transfer.lane, default: LaneQueue()].enqueue(transfer)
        admit(transfer.lane)
    }

    private func admit(_ lane: Lane) {
        while let transfer = lanes[lane]?.admit(limit: lane.kind.limit) { begin(transfer) }
    }

    private func begin(_ transfer: CurlTransfer) {
        if let failure = transfer.openFile() { return refuse(transfer, failure) }
        if case .pipe(let pipe) = transfer.sink, pipe.isClosed { return refuse(transfer, .cancelled) }
        guard let easy = idle.popLast() ?? curl_easy_init() else {
            return refuse(transfer, .unreachable("out of memory"))
        }
        transfer.stage = .running(easy)
        running[easy] = transfer
        configure(easy, for: transfer, certificates: certificates)
        attachPipe(of: transfer)
        guard curl_multi_add_handle(multi, easy) == CURLM_OK else {
            return end(transfer, .failure(.unreachable("out of memory")))
        }
    }

    private func refuse(_ transfer: CurlTransfer, _ failure: HTTPError) {
        transfer.stage = .finished
        transfer.complete(.failure(failure))
        lanes[transfer.lane]?.release()
    }

    private func attachPipe(of transfer: CurlTransfer) {
        guard let pipe = transfer.pipe else { return }
        pipe.resume = { [unowned self] in resumable.append($0) }
        if case .pipe = transfer.sink { pipe.download = transfer } else { pipe.upload = transfer }
    }

    /// Cuts the pipe off, whose references to its transfers would otherwise keep all of them alive for ever.
    private func detachPipe(of transfer: CurlTransfer, _ result: Result<HTTPResponse, HTTPError>) {
        guard let pipe = transfer.pipe else { return }
        if case .pipe = transfer.sink {
            // What cannot go on with a broken download is for those to judge who asked for it.
            guard transfer.feedsPipe else {
                pipe.download = nil
                return
            }
            if case .failure(let failure) = result { pipe.downloadEnded(failure) } else { pipe.downloadEnded(nil) }
        } else {
            pipe.close()
            if let download = pipe.download { cancelNow(download) }
        }
    }

    private func cancelNow(_ transfer: CurlTransfer) {
        switch transfer.stage {
        case .finished: return
        case .new: transfer.stage = .finished
        case .waiting:
            transfer.stage = .finished
            if held.removeValue(forKey: ObjectIdentifier(transfer)) != nil { transfer.pipe?.close() }
            transfer.complete(.failure(.cancelled))
        case .running:
            // A download that is complete is let go to its end, so that its connection can be used again.
            if case .pipe(let pipe) = transfer.sink, pipe.isComplete { return }
            end(transfer, .failure(.cancelled))
        }
    }

    private func finishTransfers() {
        var code = CURLE_OK
        while let easy = curl_next_finished(multi, &code) {
            guard let transfer = running[easy] else { continue }
            let status = curl_get_status(easy)
            let failure = transfer.failure ?? HTTPError(code, certificate: curl_get_verify_result(easy))
            if code == CURLE_OK || transfer.isCut || transfer.isEnough(failure, status: status) {
                end(transfer, .success(transfer.response(status: status)))
            } else {
                end(transfer, .failure(failure))
            }
        }
    }

    private func end(_ transfer: CurlTransfer, _ result: Result<HTTPResponse, HTTPError>) {
        guard case .running(let easy) = transfer.stage else { return }
        transfer.stage = .finished
        curl_multi_remove_handle(multi, easy)
        running[easy] = nil
        recycle(easy, transfer)
        detachPipe(of: transfer, result)
        transfer.complete(result)
        lanes[transfer.lane]?.release()
        admit(transfer.lane)
        if lanes[transfer.lane]?.isIdle == true { lanes[transfer.lane] = nil }
    }

    private func recycle(_ easy: UnsafeMutableRawPointer, _ transfer: CurlTransfer) {
        // Streams have large buffers, which idle handles need not keep.
        if transfer.lane.kind == .short, idle.count < 64 {
            curl_easy_reset(easy)
            idle.append(easy)
        } else {
            curl_easy_cleanup(easy)
        }
        curl_slist_free_all(transfer.headerList)
        transfer.headerList = nil
        transfer.closeFile()
    }

    /// Resumes what the pipes asked for; libcurl may call back at once and ask for more.
    private func resumePaused() {
        while let transfer = resumable.popLast() {
            if case .running(let easy) = transfer.stage { curl_easy_pause(easy, CURLPAUSE_CONT) }
            if held.removeValue(forKey: ObjectIdentifier(transfer)) != nil { enqueue(transfer) }
        }
    }
}
