import Testing

@testable import Reconciler

/// A configuration repository, sources, an upstream and a kept registry, and the real program to bring them in line.
final class Scenario: Sendable {
    let top: TemporaryFolder
    let config: SourceRepository
    let upstream: DockerRegistry
    let kept: DockerRegistry
    /// A client of both registries, for what a test wants to know of them.
    let client = RegistryClient(http: HTTPClient(), credentials: .none)

    /// What is left of one run of the program.
    struct Run: Sendable {
        let status: Int32
        let output: String
        let errors: String

        /// Lines of standard output.
        var lines: [String] { output.split(separator: "\n").map(String.init) }

        /// Lines of standard error, without the time of those from the log and without what is said of the
        /// configuration repository.
        var events: [String] {
            let lines = errors.split(separator: "\n").map { line in
                let hasTime = line.count > 20 && line.prefix(20).allSatisfy { $0.isNumber || "/: ".contains($0) }
                return hasTime ? String(line.dropFirst(20)) : String(line)
            }
            return lines.filter { !$0.hasPrefix("config ") }
        }
    }

    init() async throws {
        top = try TemporaryFolder()
        upstream = try await DockerRegistry(notesRequests: true)
        kept = try await DockerRegistry(notesRequests: true)
        config = try await SourceRepository(top.path + "/config", home: top.path)
        try createFolder(top.path + "/sources")
        try await desire()
    }

    var state: String { top.path + "/state" }

    /// A repository that `build.json` names as `SOURCES/name`.
    func source(_ name: String) async throws -> SourceRepository {
        try await SourceRepository("\(top.path)/sources/\(name)", home: top.path)
    }

    /// Writes and commits `desired/`; `SOURCES` stands for the folder of sources, `UPSTREAM` for the upstream registry.
    func desire(build: String = "{}", mirror: String = "[]", webhooks: String = "[]") async throws {
        func filled(_ text: String) -> String {
            text.replacing("SOURCES", with: top.path + "/sources").replacing("UPSTREAM", with: "\(upstream.host)")
        }
        try await config.commit([
            "desired/build.json": filled(build), "desired/mirror.json": filled(mirror),
            "desired/webhooks.json": webhooks,
        ])
    }

    /// Runs `reconcile` with `words` and this scenario's options; `options` win over those.
    func reconcile(
        _ words: [String],
        _ options: [String: String] = [:],
        environment: [String: String] = [:]
    ) async throws -> Run {
        let finished = await Children.run(try command(words, options, environment: environment), limit: .seconds(60))
        guard case .exited(let status) = finished.termination else {
            throw Loopback.Failure(message: "reconcile: \(finished.termination): \(finished.errors.text)")
        }
        return Run(status: status, output: finished.output.text, errors: finished.errors.text)
    }

    /// One full pass.
    func pass(_ options: [String: String] = [:]) async throws -> Run { try await reconcile(["--once"], options) }

    func command(
        _ words: [String],
        _ options: [String: String] = [:],
        environment: [String: String] = [:]
    ) throws -> Command {
        let options = [
            "--config": config.path, "--state": state, "--registry": "\(kept.host)", "--builder": "buildah",
            "--allow-local": top.path + "/sources", "--disk-floor": "1MB",
        ].merging(options) { $1 }
        let home = ["HOME": top.path + "/home", "DOCKER_CONFIG": top.path + "/home/.docker"]
        try createFolder(top.path + "/home/.docker")
        return Command(
            try builtProgram(),
            words + options.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] },
            environment: inheritedEnvironment().merging(home) { $1 }.merging(environment) { $1 },
            folder: top.path
        )
    }
}

extension Scenario {
    /// The digest under a tag of the kept registry, such as `api:latest`; nil if there is none.
    func keptDigest(_ image: String) async throws -> Digest? {
        switch await client.head(try kept.image(image)) {
        case .present(let manifest): return manifest.digest
        case .absent: return nil
        case .unknown(let why): throw Loopback.Failure(message: why)
        }
    }

    /// The labels of an image of the kept registry.
    func labels(_ image: String) async throws -> [String: String] {
        let text = try await shell("skopeo inspect --tls-verify=false --config docker://\(kept.host)/\(image)")
        let labels = try JSONReader.read(Array(text.utf8))["config"]?["Labels"]?.members ?? []
        return Dictionary(labels.map { ($0.key, $0.value.string ?? "") }) { first, _ in first }
    }

    /// Deletes one tag alone, as a registry's own tools do: the file that links it to its manifest.
    func untag(_ image: String) async throws {
        let reference = try kept.image(image)
        let other = try await client.putImage(reference, layers: ["nothing of value"])
        try await client.delete(other.digest, from: ImageRepository(of: reference))
    }
}

/// The program as this test run built it.
func builtProgram() throws -> String {
    let tests = try resolvedPath("/proc/self/exe")
    return tests[..<(tests.lastIndex(of: "/") ?? tests.endIndex)] + "/reconcile"
}
