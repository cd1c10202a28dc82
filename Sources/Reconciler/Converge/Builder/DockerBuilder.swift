/// Builds with the Docker engine that the docker client reaches.
///
/// A host name in a reference is the engine's: `localhost:5000` of an engine on another machine is not ours.
struct DockerBuilder: Builder {
    let description: String
    private let environment: [String: String]
    private let groups: RunningGroups?

    /// Asks client and engine; throws if one of them does not answer.
    init(environment: [String: String], groups: RunningGroups?) async throws(BuilderFault) {
        let ask = Command("docker", ["version", "--format", "{{.Server.Version}}"], environment: environment)
        let answer = await Children.run(ask, limit: .seconds(20))
        guard answer.termination.isSuccess, let version = answer.output.lines.first else {
            throw BuilderFault("docker: \(said(answer))")
        }
        var environment = environment
        let buildx = Command("docker", ["buildx", "version"], environment: environment)
        let hasBuildKit = await Children.run(buildx, limit: .seconds(20)).termination.isSuccess
        // Without its plug-in a client refuses BuildKit; the builder of the engine itself then serves.
        environment["DOCKER_BUILDKIT"] = hasBuildKit ? "1" : "0"
        environment["BUILDKIT_PROGRESS"] = "plain"
        environment["BUILDX_NO_DEFAULT_ATTESTATIONS"] = "1"
        self.environment = environment
        self.groups = groups
        description = "docker \(visible(String(version)))" + (hasBuildKit ? " with BuildKit" : "")
    }

    func command(for request: BuildRequest) -> Command {
        let options = pull(request) + request.options + request.idOption + request.platformOption
        return Command(
            "docker",
            ["build"] + options + [request.context.folder],
            environment: request.environment(environment),
            redaction: request.redaction
        )
    }

    func build(_ request: BuildRequest, onLine: @escaping @Sendable (String) -> Void) async throws -> BuiltImage {
        guard request.platforms.count < 2 else {
            throw BuilderFault("docker builds for one platform; start with --builder buildx:NAME, podman or buildah")
        }
        let former = await id(of: request.reference)
        for base in pullsItself(request) ? request.bases : [] { try await pull(base, request, onLine) }
        try await runBuilder(command(for: request), limit: request.timeout, groups: groups, onLine: onLine)
        let image = try await inspect(try request.imageID())
        // The former image has lost its name; what it shares with the new one stays.
        if let former, former != image.id { _ = await run(["image", "rm", former.description]) }
        return .engine(image)
    }

    /// Pushes an image under `reference` and returns the digest of its manifest, as the registry has it.
    ///
    /// The digest is read from the push itself: a look afterwards could see somebody else's.
    func push(_ image: EngineImage, as reference: String, limit: Duration) async throws -> Digest {
        let before = await id(of: reference)
        try await runBuilder(
            docker(["image", "tag", image.id.description, reference]),
            limit: .seconds(60),
            groups: groups
        )
        let push = docker(["image", "push", reference])
        let result: Result<Captured, BuildFault>
        do throws(BuildFault) {
            result = .success(try await runBuilder(push, limit: limit, groups: groups))
        } catch {
            result = .failure(error)
        }
        // The name the build gave stays: without any, the engine would drop the image and with it the layer cache.
        if before == nil { _ = await run(["image", "rm", "--no-prune", reference]) }
        let output = try result.get()
        guard let digest = pushedDigest(output.lines) else {
            throw BuildFault(
                command: push.display,
                termination: .exited(0),
                lines: output.lines.map { visible(String($0)) }
            )
        }
        return digest
    }

    /// Whether the bases are brought to the engine before: it can only be told to look for `alpine` at Docker Hub.
    private func pullsItself(_ request: BuildRequest) -> Bool { request.bases.contains { !$0.isUpstream } }

    /// Bases are always pulled anew: an engine that keeps an old one would build yesterday's image.
    private func pull(_ request: BuildRequest) -> [String] { pullsItself(request) ? [] : ["--pull"] }

    private func pull(
        _ base: BuildBase,
        _ request: BuildRequest,
        _ onLine: @escaping @Sendable (String) -> Void
    ) async throws {
        let pull = docker(["image", "pull"] + request.platformOption + [base.location])
        try await runBuilder(pull, limit: request.timeout, groups: groups, onLine: onLine)
        guard !base.isUpstream else { return }
        let tag = docker(["image", "tag", base.location, base.name])
        try await runBuilder(tag, limit: .seconds(60), groups: groups)
    }

    private func docker(_ arguments: [String]) -> Command { Command("docker", arguments, environment: environment) }

    private func run(_ arguments: [String]) async -> Finished {
        await Children.run(docker(arguments), limit: .seconds(120), groups: groups)
    }

    private func id(of reference: String) async -> Digest? {
        let answer = await run(["image", "inspect", "--format", "{{.Id}}", reference])
        return answer.output.lines.first.flatMap { try? Digest(String($0)) }
    }

    private func inspect(_ id: Digest) async throws -> EngineImage {
        let output = try await runBuilder(
            docker(["image", "inspect", id.description]),
            limit: .seconds(60),
            groups: groups
        )
        let image = try JSONReader.read(output.bytes).array?.first
        let layers = image?["RootFS"]?["Layers"]?.array ?? []
        return EngineImage(
            id: id,
            layers: try layers.compactMap(\.string).map { try Digest($0) },
            configuration: image?["Config"] ?? JSON(.null),
            platform: [
                ("os", image?["Os"]), ("architecture", image?["Architecture"]), ("variant", image?["Variant"]),
            ],
            engine: self
        )
    }
}

/// The digest in the last line of `docker push`: `latest: digest: sha256:… size: 527`.
func pushedDigest(_ lines: [Substring]) -> Digest? {
    for line in lines.reversed() {
        let words = line.split(separator: " ")
        if let place = words.firstIndex(of: "digest:"), place + 1 < words.count {
            return try? Digest(String(words[place + 1]))
        }
    }
    return nil
}
