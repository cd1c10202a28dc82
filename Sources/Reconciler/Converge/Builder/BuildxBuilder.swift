/// Builds with `docker buildx` and the BuildKit, or cluster of them, that a builder of that name reaches.
///
/// It writes an OCI layout, which is pushed from here: a node elsewhere need not reach the kept registry to push, only to
/// pull the bases that are mirrored.
struct BuildxBuilder: Builder {
    let description: String
    let isElsewhere = true
    private let name: String
    private let client: String
    private let environment: [String: String]
    private let groups: RunningGroups?

    /// Asks the plug-in of the docker program `client` for the builder; throws if it does not know it.
    init(
        _ name: String,
        client: String = "docker",
        environment: [String: String],
        groups: RunningGroups?
    ) async throws(BuilderFault) {
        var environment = environment
        environment["BUILDKIT_PROGRESS"] = "plain"
        environment["BUILDX_NO_DEFAULT_ATTESTATIONS"] = "1"
        let ask = Command(client, ["buildx", "inspect", name], environment: environment)
        let answer = await Children.run(ask, limit: .seconds(60))
        guard answer.termination.isSuccess else {
            throw BuilderFault("buildx:\(name): \(said(answer)); docker buildx ls lists the builders")
        }
        (self.name, self.client) = (name, client)
        self.environment = environment
        self.groups = groups
        description = "buildx:\(name)"
    }

    func command(for request: BuildRequest) -> Command {
        var options = [
            "--builder", name, "--pull", "--output", "type=oci,tar=false,dest=\(layout(of: request))",
            "--metadata-file", request.work + "/metadata",
        ]
        for base in request.bases where !base.isUpstream {
            options += ["--build-context", "\(base.contextName)=docker-image://\(base.location)"]
        }
        return Command(
            client,
            ["buildx", "build"] + options + request.options + request.platformOption + [request.context.folder],
            environment: request.environment(environment),
            redaction: request.redaction
        )
    }

    func build(_ request: BuildRequest, onLine: @escaping @Sendable (String) -> Void) async throws -> BuiltImage {
        try await runBuilder(command(for: request), limit: request.timeout, groups: groups, onLine: onLine)
        let layout = ImageLayout(layout(of: request))
        return .layout(folder: layout.folder, manifest: try layout.withoutAttestations())
    }

    private func layout(of request: BuildRequest) -> String { request.work + "/layout" }
}

extension BuildBase {
    /// The name by which BuildKit looks for a context in place of an image: `latest` goes without saying.
    fileprivate var contextName: String { name.hasSuffix(":latest") ? String(name.dropLast(7)) : name }
}
