/// Where the image is after a build.
enum BuiltImage: Sendable {
    /// An OCI image layout (image-layout.md of the OCI image specification) and the image or index to take from it.
    case layout(folder: String, manifest: Digest)
    /// In the storage of a Docker engine, which alone can push it.
    case engine(EngineImage)

    /// The manifest that a push brings; nil if only the push tells.
    var digest: Digest? {
        switch self {
        case .layout(_, let digest): digest
        case .engine: nil
        }
    }
}

/// An image in a Docker engine.
struct EngineImage: Sendable {
    /// The digest of its configuration, by which the engine knows it.
    let id: Digest
    /// The digests of its uncompressed layers, lowest first.
    let layers: [Digest]
    /// The run configuration as the engine shows it, with its own key names.
    ///
    /// `Env`, `Cmd`, `Labels` and so on, as in docker-image-inspect(1).
    let configuration: JSON
    /// System and processor as members of an image configuration.
    let platform: [(String, JSON?)]
    /// The engine that has it.
    let engine: DockerBuilder

    var essence: ImageEssence {
        ImageEssence(layers: layers.map(\.description), run: configuration, platform)
    }

    /// Has the engine push the image under `reference`, and returns the digest of its manifest, as the push says it.
    func push(as reference: String, limit: Duration) async throws -> Digest {
        try await engine.push(self, as: reference, limit: limit)
    }
}

/// A build or push that did not succeed.
struct BuildFault: Error, CustomStringConvertible {
    /// The command for people, without secrets.
    let command: String
    let termination: Termination
    /// The last 200 lines the command printed, escaped and without secrets.
    let lines: [String]

    var description: String { "\(command): \(summary)" }

    /// How it ended and the last line it printed, without the command, which names a folder of its own at each try.
    var summary: String {
        guard let last = lines.last(where: { !$0.isEmpty }) else { return "\(termination)" }
        return "\(termination): \(String(last.prefix(300)))"
    }
}

extension Builder {
    var isElsewhere: Bool { false }

    /// The storage of others is theirs to tidy.
    func dropStorage() async {}
}

/// Something that builds images.
protocol Builder: Sendable {
    /// What it is, for log and page: `docker 20.10.24`.
    var description: String { get }

    /// Whether it may be on another machine, where only the name that people pull by means the kept registry.
    var isElsewhere: Bool { get }

    /// Drops every image and cached layer of a storage of its own; to be called when nothing is built.
    func dropStorage() async

    /// The command that `build` runs, for the log line before it.
    func command(for request: BuildRequest) -> Command

    /// Builds, handing each line of output to `onLine`, escaped, as it comes; throws `BuildFault` if the command fails.
    func build(_ request: BuildRequest, onLine: @escaping @Sendable (String) -> Void) async throws -> BuiltImage
}
