import Testing

@testable import Reconciler

/// An outbox over a state folder of its own, on a clock where waiting takes no time; `restart` makes a new one over it.
final class OutboxBench: Sendable {
    let folder: TemporaryFolder
    let clock: SkippingClock
    let log = NudgeLog()
    let state: StateFile
    let outbox: Outbox
    private let send: Outbox.Sender
    private let secrets: Secrets

    /// The system's time when the clock was made.
    static let start = Moment(seconds: 1_800_000_000)

    static func now(_ clock: SkippingClock) -> @Sendable () -> Moment { { start + clock.now.offset } }

    /// With `isFrozen` no time passes at all, which is what `deliverAll` needs: its own limit must not come first.
    init(
        folder: TemporaryFolder? = nil,
        clock: SkippingClock = SkippingClock(),
        isFrozen: Bool = false,
        secrets: Secrets = Secrets(),
        send: @escaping Outbox.Sender
    ) async throws {
        self.folder = try folder ?? TemporaryFolder()
        self.clock = clock
        self.send = send
        self.secrets = secrets
        let now = Self.now(clock)
        state = try StateFile(in: self.folder.path, now: now())
        outbox = await Outbox(
            state: state,
            send: send,
            secrets: { secrets },
            clock: isFrozen ? NudgeClock() : clock,
            now: now,
            log: log.add
        )
    }

    /// The same folder as a new process finds it.
    func restart(isFrozen: Bool = false) async throws -> OutboxBench {
        try await OutboxBench(folder: folder, clock: clock, isFrozen: isFrozen, secrets: secrets, send: send)
    }

    /// Saves a change of each image, for all these URLs, as a pass does.
    func announce(_ images: [String], to urls: [String], headers: [String: String] = [:]) async throws {
        for image in images {
            let hooks = urls.map { WebhookEntry(url: $0, images: [], events: [.build], headers: headers) }
            try await state.save(outbox.prepare(try .build(image), webhooks: hooks, own: []))
            await outbox.wake()
        }
    }

    /// Runs the service until `condition` holds.
    func run(until what: String, _ condition: @escaping @Sendable (OutboxStatus) -> Bool) async throws {
        let service = Task { await outbox.run() }
        try await eventually(Comment(rawValue: what)) { condition(await outbox.status) }
        service.cancel()
        await service.value
    }

    /// Runs the service until nothing waits.
    func runToEnd() async throws { try await run(until: "all is delivered or given up") { $0.pending.isEmpty } }

    /// All that the state folder's files hold.
    func bytesOnDisk() throws -> String {
        try listFolder(folder.path).map {
            String(decoding: try readFile("\(folder.path)/\($0)", atMost: 1 << 20), as: UTF8.self)
        }.joined()
    }
}

extension ImageChange {
    /// A build of `key`, which may carry a tag.
    static func build(_ key: String, tags: [Reconciler.Tag] = [.latest]) throws -> ImageChange {
        ImageChange(
            image: .build(key),
            tags: tags,
            digest: Digest.of(key.utf8),
            publicName: try RegistryHost("docker.01-edu.org"),
            origin: .source(
                try GitURL("git@github.com:01-edu/public.git"),
                try ObjectID(String(repeating: "a", count: 40))
            ),
            time: Moment(seconds: 1_795_457_045)
        )
    }

    /// A copy that landed as `name`:`tag`.
    static func mirror(_ name: String, _ tag: String) throws -> ImageChange {
        let (name, tag) = (try RepositoryName(name), try Reconciler.Tag(tag))
        return ImageChange(
            image: .mirror(name, tag),
            tags: [tag],
            digest: Digest.of("\(name)".utf8),
            publicName: try RegistryHost("docker.01-edu.org"),
            origin: .upstream(try ImageReference("\(name):\(tag)")),
            time: Moment(seconds: 1_795_457_045)
        )
    }
}
