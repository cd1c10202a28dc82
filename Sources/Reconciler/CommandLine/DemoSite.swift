import Synchronization

/// The throw-away installation: repositories, an upstream registry, a kept one, and a receiver of webhooks.
final class DemoSite: Sendable {
    let folder: String
    let console: DemoConsole
    let programs: DemoPrograms
    let client = RegistryClient(
        http: HTTPClient(),
        credentials: DockerCredentials(folder: nil) { _, _ in nil }
    )
    let receiver: DemoReceiver
    let kept: EmbeddedRegistry
    let upstream: EmbeddedRegistry
    /// Where the service takes nudges.
    let nudges: String
    private let service = Mutex<DemoService?>(nil)

    /// Starts the servers and fills the repositories in an empty `folder`.
    init(in folder: String, _ settings: Settings, _ console: DemoConsole) async throws {
        let ports = try await freePorts(3)
        self.folder = folder
        self.console = console
        nudges = "127.0.0.1:\(ports[2])"
        var variables = [
            ("RECONCILE_CONFIG", "config"), ("RECONCILE_REGISTRY", "127.0.0.1:\(ports[0])"),
            ("RECONCILE_LISTEN", nudges), ("RECONCILE_ALLOW_LOCAL", "sources"), ("RECONCILE_DISK_FLOOR", "50MB"),
        ]
        if settings.builder != .automatic { variables.append(("RECONCILE_BUILDER", settings.builder.description)) }
        programs = DemoPrograms(
            folder: folder,
            console: console,
            settings: variables,
            isVerbose: settings.isVerbose
        )
        receiver = try await DemoReceiver()
        kept = try await EmbeddedRegistry.start(
            port: ports[0],
            data: folder + "/config/registry",
            configuration: folder + "/registry.yml"
        )
        do {
            upstream = try await EmbeddedRegistry.start(
                port: ports[1],
                data: folder + "/upstream",
                configuration: folder + "/upstream.yml"
            )
        } catch {
            await kept.stop()
            throw error
        }
    }

    /// The settings as one would type them.
    var exports: [String] {
        stride(from: 0, to: programs.settings.count, by: 2).map { start in
            let pairs = programs.settings[start..<min(start + 2, programs.settings.count)]
            return "export " + pairs.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
        }
    }

    /// Starts the service, which then runs until `stop`.
    func startService(_ words: [String]) -> DemoService {
        let started = programs.service(words)
        service.withLock { $0 = started }
        return started
    }

    func runningService() throws -> DemoService {
        guard let service = service.withLock({ $0 }) else { throw Demo.Failure("the service does not run") }
        return service
    }

    /// Ends all that was started, the other way round.
    func stop() async {
        await service.withLock({ $0 })?.stop()
        await upstream.stop()
        await kept.stop()
        await receiver.stop()
    }
}

extension DemoSite {
    /// Waits until `condition` holds; fails the step after half a minute, or when the service ends.
    func wait(for what: String, _ condition: () async throws -> Bool) async throws {
        console.runs("waiting for \(what)")
        defer { console.runs(nil) }
        let end = ContinuousClock.now + .seconds(30)
        while try await !condition() {
            try await Task.sleep(for: .milliseconds(50))
            guard try runningService().isRunning else { throw Demo.Failure("the service has ended") }
            guard ContinuousClock.now < end else { throw Demo.Failure("\(what) did not come within 30 s") }
        }
    }

    func reference(_ image: String, at registry: EmbeddedRegistry) throws -> ImageReference {
        try ImageReference("\(registry.address)/\(image)")
    }

    /// The digest under a tag of the kept registry; nil if there is no such tag.
    func keptDigest(_ image: String) async throws -> Digest? {
        switch await client.head(try reference(image, at: kept)) {
        case .present(let found): return found.digest
        case .absent: return nil
        case .unknown(let why): throw Demo.Failure(why)
        }
    }

    /// The digests under these tags of the kept registry, all of which must be there.
    func keptDigests(_ images: [String]) async throws -> [String: Digest] {
        var digests: [String: Digest] = [:]
        for image in images {
            guard let digest = try await keptDigest(image) else {
                throw Demo.Failure("\(image) is not in the registry")
            }
            digests[image] = digest
        }
        return digests
    }
}

/// Ports of 127.0.0.1 that were free a moment ago.
private func freePorts(_ count: Int) async throws -> [UInt16] {
    var held: [Listeners] = []
    for _ in 0..<count { held.append(try await Listeners.open(ListenAddress(host: "127.0.0.1", port: 0))) }
    return held.map(\.port)
}
