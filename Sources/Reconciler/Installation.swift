/// One installation: where its files are, and the connections and programs that outlive a pass.
struct Installation: Sendable {
    let settings: Settings
    /// The checkout of the config repo, absolute; so are the next two.
    let config: String
    let state: String
    let pages: String
    /// Where the space is that `--disk-floor` is about: the state folder, though a look may go on elsewhere.
    private(set) var room: String
    let git: Git
    let client: RegistryClient
    let builders: BuilderSeat
    let memory = SourceMemory()
    /// Reads `desired/` in the checkout; local sources are permitted below `--allow-local` only.
    let reader: DesiredReader
    /// Reads it too, and knows what it said last.
    let readings: DesiredReadings
    /// Nil without `--secrets`.
    let secrets: SecretsFile?
    let http: HTTPClient
    let reporter: Reporter
    /// Where the log goes, absolute; nil for standard error.
    let logFile: String?

    var log: Log { reporter.log }

    /// What relative paths start from.
    private let base: String

    /// `folder` is what relative paths start from; nothing is made or touched yet.
    init(_ settings: Settings, in folder: String) {
        base = folder
        func absolute(_ path: String) -> String { Reconciler.absolute(path, in: folder) }
        self.settings = settings
        config = absolute(settings.config)
        let secrets = settings.secretsFile.map { [config] in SecretsFile(absolute($0), outside: config) }
        self.secrets = secrets
        http = HTTPClient()
        state = absolute(settings.state)
        pages = absolute(settings.public)
        room = state
        logFile = settings.logFile.map(absolute)
        let facts = StatusBoard.Facts(
            version: version,
            commit: buildCommit,
            registry: settings.publicName.description,
            interval: nil,
            diskFloor: settings.diskFloor,
            started: .current()
        )
        let reporter = Reporter(facts, pages: pages, screen: Screen(), redaction: { secrets?.redaction ?? Redaction() })
        self.reporter = reporter
        let groups = RunningGroups(folder: state + "/work/children")
        git = Git(
            localFolders: settings.allowLocal.map(absolute),
            groups: groups,
            ssh: SSHConnections(folder: state + "/ssh")
        )
        // The folders of `--allow-local` as they were named, and as they are without links.
        let named = settings.allowLocal.map(absolute)
        reader = DesiredReader(allowedFolders: named + git.localFolders.filter { !named.contains($0) })
        readings = DesiredReadings(by: reader)
        client = RegistryClient(
            http: http,
            credentials: DockerCredentials(helper: askCredentialHelper),
            allowedRealms: settings.allowRealm.mapValues { Set($0.map(\.description)) }
        )
        let storage = BuilderSettings(
            folder: state + "/builder",
            environment: inheritedEnvironment(),
            groups: groups
        )
        builders = BuilderSeat(choice: settings.builder, settings: storage, log: reporter.log)
    }

    /// The same installation with another state folder.
    func working(in state: String) -> Installation {
        var settings = settings
        settings.state = state
        var other = Installation(settings, in: base)
        other.room = room
        return other
    }

    /// The config repo; throws if there is no such folder.
    func configuration(by git: Git? = nil) throws(InvalidDesired) -> ConfigurationRepository {
        do throws(FileFault) {
            return try ConfigurationRepository(git: git ?? self.git, checkout: config, ownFolders: [state, data])
        } catch {
            let message = "\(error); name the config repo's checkout with --config"
            throw InvalidDesired(faults: [
                ConfigurationFault(file: "desired", position: nil, entry: nil, message: message)
            ])
        }
    }

    /// What waits to be told to webhooks.
    func outbox(_ state: StateFile) async -> Outbox {
        let (http, secrets, log) = (http, secrets, log)
        return await Outbox(
            state: state,
            send: { request async throws(HTTPError) in try await http.send(request) },
            secrets: { () throws(FileFault) in try secrets?.read() ?? Secrets() },
            log: { log($0) }
        )
    }

    /// Takes each line of a build's output: to the pages, and with `--verbose` to the log.
    var onOutput: @Sendable (ImageID, String) -> Void {
        let (reporter, isVerbose) = (reporter, settings.isVerbose)
        return { image, line in
            reporter.output(image, line)
            if isVerbose { reporter.log("\(image) | \(line)") }
        }
    }

    /// The folder of contexts that are being built.
    var work: String { state + "/work" }

    /// The folder of the embedded registry's data.
    var data: String { config + "/registry" }

    /// Makes the state folder if it is not there, and takes its lock; what a killed run left running or lying about is
    /// cleared away.
    ///
    /// With it comes what the pages of an earlier run say.
    func takeState() async throws -> (StateLock, StateFile, Publisher.Earlier) {
        // Making the state folder would make that of the config repo too, into which `git clone` then refuses to clone.
        let repository = try configuration(by: git.unnoted)
        if let planted = try await repository.plantedFile() {
            let why = "is a file of the config repo, and lies where reconcile keeps its own; take it out: git rm -r"
            throw ForeignFolder(path: "\(config)/\(planted)", why: why)
        }
        try PagesFolder(path: pages).check()
        if case .embedded = settings.registry { try EmbeddedRegistry.check(data: data) }
        try StateFolder(path: state).open(apartFrom: repository.folder)
        let lock = try StateLock(folder: state)
        let leftovers = RunningGroups(folder: work + "/children").reapLeftovers()
        if !leftovers.isEmpty { log("commands that a killed run had left, ended now: \(leftovers.count)") }
        try removeTree(work)
        try createPrivateFolder(work)
        removeUnfinishedFiles(in: state)
        // Both may be long, and neither needs the other.
        async let earlier = reporter.earlierPages()
        let file = try StateFile(in: state, now: .current())
        for note in file.notes { log(note) }
        return (lock, file, await earlier)
    }
}

private func absolute(_ path: String, in folder: String) -> String {
    cleanPath(path.hasPrefix("/") ? path : folder + "/" + path)
}

/// An absolute path without empty and `.` components; `..` stays, for only the system knows where links lead.
private func cleanPath(_ path: String) -> String {
    "/" + path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
}

/// Runs `docker-credential-NAME get`, as docker does.
@Sendable private func askCredentialHelper(
    _ name: String,
    _ server: String
) async throws -> (user: String, secret: String)? {
    let command = Command("docker-credential-\(name)", ["get"], input: Array(server.utf8))
    let finished = await Children.run(command, limit: .seconds(30), output: .first(1 << 20))
    if !finished.termination.isSuccess, finished.output.text.contains("credentials not found") { return nil }
    guard finished.termination.isSuccess else { throw Children.failure(of: command, finished) }
    let answer = try JSONReader.read(finished.output.bytes)
    guard let user = answer["Username"]?.string, let secret = answer["Secret"]?.string else { return nil }
    return (user, secret)
}
