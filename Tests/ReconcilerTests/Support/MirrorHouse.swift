import Synchronization

@testable import Reconciler

/// A whole installation that mirrors from one registry to another, pass by pass.
struct MirrorHouse {
    let upstream: DockerRegistry
    let kept: DockerRegistry
    let folder: TemporaryFolder
    private(set) var installation: Installation
    private let options: [SettingOption: [String]]
    /// How long an upstream may take to answer a look.
    var lookPatience = LookPatience().longest

    /// `options` are those of the command line; `notesRequests` and `configuration`, which is more lines for theirs, are
    /// for both registries.
    init(
        _ options: [SettingOption: [String]] = [:],
        notesRequests: Bool = false,
        caches: Bool = false,
        configuration: String = ""
    ) async throws {
        upstream = try await DockerRegistry(configuration: configuration, notesRequests: notesRequests)
        kept = try await DockerRegistry(configuration: configuration, notesRequests: notesRequests, caches: caches)
        folder = try TemporaryFolder()
        self.options = options.merging([.registry: [kept.host.description], .diskFloor: ["1KB"]]) { first, _ in first }
        installation = try Self.installation(self.options, folder)
    }

    var client: RegistryClient { installation.client }

    /// Runs one pass over `mirror.json`, in which `UP` stands for the upstream registry.
    @discardableResult
    func pass(
        _ mirror: String,
        at now: Moment = .current(),
        forced: [Glob] = [],
        checksChildren: Bool = false
    ) async throws -> Pass.Result {
        try createPrivateFolder(installation.state)
        let state = try StateFile(in: installation.state, now: now)
        var survey = try survey(mirror, await state.recorded, now)
        survey.forced = forced
        let registry = KeptRegistry(host: kept.host, client: client)
        let outbox = await installation.outbox(state)
        let pass = Pass(survey: survey, state: state, registry: registry, outbox: outbox, repeatsFailures: true)
        return await pass.run(isDue: { isDue($0, checksChildren) }, ignoringWaits: { _ in true })
    }

    /// What a pass would do.
    func drifts(
        _ mirror: String,
        at now: Moment = .current(),
        checksChildren: Bool = false
    ) async throws -> [Drift] {
        let survey = try survey(mirror, try StateFile.peek(in: installation.state), now)
        return await survey.observe { isDue($0, checksChildren) }.drifts
    }

    /// What `reconcile plan` would tell.
    func plan(_ mirror: String) async throws -> Plan {
        let survey = try survey(mirror, try StateFile.peek(in: installation.state), .current())
        let (seen, found) = await survey.observe { isDue($0, false) }
        return survey.plan(for: seen, found)
    }

    /// The same installation in another process.
    var restarted: MirrorHouse {
        var house = self
        house.installation = Installation(installation.settings, in: folder.path)
        return house
    }

    /// Throws away what is remembered.
    func forget() throws { try removeTree(installation.state) }

    /// The manifest under a tag of the kept registry.
    func held(_ image: String) async throws -> Observed<Digest> {
        await client.head(try kept.image(image)).map(\.digest)
    }

    private func survey(_ mirror: String, _ recorded: Recorded, _ now: Moment) throws -> Survey {
        let text = mirror.replacing("UP", with: upstream.host.description)
        let desired = try DesiredReader().read { $0 == "mirror.json" ? Array(text.utf8) : nil }
        var survey = Survey(
            installation: installation,
            desired: desired,
            recorded: recorded,
            configuration: nil,
            identity: "test",
            forced: [],
            now: now
        )
        survey.lookPatience = lookPatience
        return survey
    }

    private static func installation(
        _ options: [SettingOption: [String]],
        _ folder: TemporaryFolder
    ) throws -> Installation {
        let settings = try Settings(options, environment: [:], options: SettingOption.allCases)
        return Installation(settings, in: folder.path)
    }
}

private func isDue(_ look: Look, _ checksChildren: Bool) -> Bool { !look.isDeep || checksChildren }
