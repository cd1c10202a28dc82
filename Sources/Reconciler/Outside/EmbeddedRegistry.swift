import Synchronization

/// Why no registry of our own runs.
enum EmbeddedRegistryFault: Error, Equatable, CustomStringConvertible {
    /// The program is not installed: a matter of the command line, not of this run.
    case programMissing
    case failed(String)

    var description: String {
        switch self {
        case .programMissing:
            """
            --registry embedded needs the program docker-registry, which is not installed. Either install it:
              apt-get install docker-registry
            or run the container and use --registry localhost:5000:
              docker run --detach --restart=unless-stopped --publish 127.0.0.1:5000:5000 \
            --volume registry:/var/lib/registry --name registry registry:3
            """
        case .failed(let reason): reason
        }
    }
}

/// The distribution's `docker-registry` as a child process on a loopback port.
///
/// It has a session of its own, so a Ctrl-C meant for us leaves it running until we stop it.
final class EmbeddedRegistry: Sendable {
    let port: UInt16
    private let process: Task<String, Never>
    private let hasEnded: Flag

    private final class Flag: Sendable {
        let isSet = Atomic<Bool>(false)
    }

    /// `body` lasts as long as the process does, ends it when cancelled, and says how it ended.
    private init(port: UInt16, _ body: @escaping @Sendable () async -> String) {
        let flag = Flag()
        self.port = port
        hasEnded = flag
        process = Task {
            let words = await body()
            flag.isSet.store(true, ordering: .releasing)
            return words
        }
    }

    /// Where it answers: `127.0.0.1:5050`.
    var address: String { "127.0.0.1:\(port)" }

    /// Starts it with its data in `data`, in the place of one that a killed run left; returns once it answers.
    ///
    /// `configuration` is the file that is written for it; by its path a registry of ours is told from others. One that
    /// was left cannot go on: its output goes nowhere, and its next line of log would end it.
    static func start(
        port: UInt16 = 5050,
        data: String,
        configuration: String,
        patience: Duration = .seconds(60)
    ) async throws(EmbeddedRegistryFault) -> EmbeddedRegistry {
        let file: String
        do {
            try createFolder(data)
            let text = registryConfiguration(port: port, data: try resolvedPath(data))
            try writeFile(configuration, Array(text.utf8))
            file = try resolvedPath(configuration)
        } catch { throw .failed("embedded registry: \(error)") }
        await RegistryProcess(serving: file)?.end()
        guard !isListening(onLoopback: port) else {
            throw .failed("port \(port) of 127.0.0.1 is taken by another program; choose one: --registry embedded:PORT")
        }
        guard isInstalled(RegistryProcess.program) else { throw .programMissing }
        // The registry takes variables of this prefix for settings that win over its file.
        let environment = inheritedEnvironment().filter { !$0.key.hasPrefix("REGISTRY_") }
        let command = Command(RegistryProcess.program, ["serve", file], environment: environment)
        let registry = EmbeddedRegistry(port: port) {
            Children.failure(of: command, await Children.run(command, output: .last(64 << 10))).description
        }
        try await registry.waitUntilListening(patience)
        return registry
    }

    /// Whether the one that serves `configuration` runs; one that has just been started is waited for.
    ///
    /// Whatever else answers on that port is none of ours.
    static func isRunning(port: UInt16, configuration: String) async throws(EmbeddedRegistryFault) -> Bool {
        guard let file = try? resolvedPath(configuration) else { return false }
        let deadline = ContinuousClock.now + .seconds(60)
        while RegistryProcess(serving: file) != nil {
            if isListening(onLoopback: port) { return true }
            guard ContinuousClock.now < deadline, !Task.isCancelled else {
                throw .failed("embedded registry: one runs for \(file), but not on port \(port); name its port")
            }
            try? await Task.sleep(for: .milliseconds(50))
        }
        return false
    }

    /// Throws `ForeignFolder` if `data` holds something, and no registry has put it there.
    static func check(data: String) throws {
        guard let names = try folderContents(data), !names.isEmpty else { return }
        guard (try? fileKind(data + "/docker/registry")) != .folder else { return }
        let why = "is not empty and holds no registry; move it away, or keep another with --registry HOST:PORT"
        throw ForeignFolder(path: data, why: why)
    }

    /// Stops it: SIGTERM, and SIGKILL after a few seconds.
    func stop() async {
        process.cancel()
        _ = await process.value
    }

    /// Returns once it has ended, by itself or stopped, and says how.
    func ended() async -> String { await process.value }

    private func waitUntilListening(_ patience: Duration) async throws(EmbeddedRegistryFault) {
        let deadline = ContinuousClock.now + patience
        while !isListening(onLoopback: port) {
            if hasEnded.isSet.load(ordering: .acquiring) {
                throw .failed("embedded registry: \(await process.value)")
            }
            guard ContinuousClock.now < deadline, !Task.isCancelled else {
                await stop()
                throw .failed("embedded registry: no answer on port \(port) within \(patience.text)")
            }
            try? await Task.sleep(for: .milliseconds(10))
        }
    }
}
