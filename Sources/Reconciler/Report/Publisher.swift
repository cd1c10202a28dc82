import Glibc
import Synchronization

/// Writes the files of the status page, each atomically and at most once a second; less often where that takes long.
final class Publisher: Sendable {
    enum Part: Sendable {
        case status
        case log
        /// `index.html`, which holds a copy of the status for those without script.
        case page
    }

    /// What an earlier run left that is worth keeping.
    struct Earlier: Sendable {
        /// `status.json`.
        var status: EarlierStatus?
        var log = ""
    }

    /// What a pass changes comes in bursts; each is written as one.
    private static let burst = Duration.milliseconds(100)

    /// How long the files then stay as they are: with ten thousand images a write takes a quarter of a second, and those
    /// who work on them are not to wait for it all the time.
    static func rest(after write: Duration) -> Duration { min(max(.seconds(1), write * 20), .seconds(10)) }

    private let folder: String
    private let stale = Mutex<Set<Part>>([])
    private let clock: any Clock<Duration>
    private let changes: AsyncStream<Void>
    private let change: AsyncStream<Void>.Continuation

    init(folder: String, clock: any Clock<Duration>) {
        self.folder = folder
        self.clock = clock
        (changes, change) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// The folder of build output.
    var logs: String { folder + "/logs" }

    /// Says that a part is to be written.
    func note(_ part: Part) {
        let isNew = stale.withLock { $0.insert(part).inserted }
        if isNew { change.yield() }
    }

    /// Makes the folders, and clears away what a killed run had begun in them.
    func open() {
        // Of a folder that others use too the rights are theirs to set.
        let isOurs = (try? PagesFolder(path: folder).standing()) == .ours
        for path in [folder, logs] {
            let isNew = ((try? fileKind(path)) ?? nil) == nil
            try? createFolder(path, mode: 0o755)
            // The umask may have taken the rights of those who are to read.
            if isNew || isOurs { chmod(path, 0o755) }
            if isOurs { removeUnfinishedFiles(in: path) }
        }
    }

    /// What an earlier run left.
    func earlier() -> Earlier {
        var earlier = Earlier()
        // A link would have another's file published.
        if let bytes = try? readFile(folder + "/log.txt", atMost: 1 << 20, isOurs: true) {
            earlier.log = String(decoding: bytes, as: UTF8.self)
        }
        if let bytes = try? readFile(folder + "/status.json", atMost: 16 << 20, isOurs: true) {
            earlier.status = EarlierStatus(bytes)
        }
        return earlier
    }

    /// Writes whatever is stale until cancelled, and then everything once more.
    ///
    /// `report` gets a line for the log when writing begins to fail and when it works again.
    func run(
        _ read: @escaping @Sendable () -> (board: StatusBoard, log: String, now: Moment),
        report: @escaping @Sendable (String) -> Void
    ) async {
        var outage = Outage()
        func write() async {
            let parts = stale.withLock { stale in
                defer { stale = [] }
                return stale
            }
            guard !parts.isEmpty else { return }
            let folder = folder
            do {
                try await onThread {
                    let (board, log, now) = read()
                    try Self.write(parts, board, log, now, to: folder)
                }
                if let line = outage.line(nil, end: "the pages in \(folder) are written again") { report(line) }
            } catch {
                stale.withLock { $0.formUnion(parts) }
                if let line = outage.line("the pages cannot be written: \(error)", end: "") { report(line) }
            }
        }
        for await _ in changes {
            do {
                try await clock.sleep(for: Self.burst)
                let spent = await clock.measure { await write() }
                try await clock.sleep(for: Self.rest(after: spent))
            } catch { break }
            // What failed is tried again, though nothing new came.
            if outage.isOn { change.yield() }
        }
        await write()
    }

    private static func write(
        _ parts: Set<Part>,
        _ board: StatusBoard,
        _ log: String,
        _ now: Moment,
        to folder: String
    ) throws(FileFault) {
        if parts.contains(.log) { try replace("log.txt", in: folder) { $0.write(log) } }
        guard parts.contains(.status) || parts.contains(.page) else { return }
        try replace("metrics", in: folder) { Metrics(board: board).write(to: &$0) }
        let document = StatusDocument(board: board, now: now)
        guard parts.contains(.page) else { return try replace("status.json", in: folder) { document.write(to: &$0) } }
        do throws(FileFault) {
            // The page holds a copy of the document, which takes longest to make.
            try replace("index.html", in: folder) { text throws(FileFault) in
                try Page(board, now).write(to: &text) { text throws(FileFault) in
                    try replace("status.json", in: folder) { status throws(FileFault) in
                        var both = TwoTexts(first: text, second: status)
                        document.write(to: &both)
                        (text, status) = (both.first, both.second)
                    }
                }
            }
        } catch {
            // For the document alone there may be room.
            try replace("status.json", in: folder) { document.write(to: &$0) }
            throw error
        }
    }

    private static func replace(
        _ name: String,
        in folder: String,
        _ fill: (inout FileText) throws(FileFault) -> Void
    ) throws(FileFault) {
        try writeFile("\(folder)/\(name)", mode: 0o644, isSynced: false, fill)
    }
}
