/// The installation as options and environment describe it; paths are as they were given, relative ones too.
struct Settings: Sendable, Equatable {
    /// The registry to keep.
    enum Registry: Sendable, Equatable {
        case at(RegistryHost)
        /// A `docker-registry` of our own on that port of this machine.
        case embedded(port: UInt16)

        var host: RegistryHost {
            switch self {
            case .at(let host): host
            case .embedded(let port): .loopback(port: port)
            }
        }
    }

    /// Where nudges come in.
    enum Listening: Sendable, Equatable {
        case off
        /// The host is a name or an address, IPv6 without brackets.
        case on(host: String, port: UInt16)
    }

    /// The checkout of the config repo.
    var config: String
    var state: String
    var `public`: String
    var registry: Registry
    /// The name people pull by.
    var publicName: RegistryHost
    var listen: Listening
    var interval: Duration
    var mirrorInterval: Duration
    var verifyInterval: Duration
    var builder: BuilderChoice
    var buildJobs: Int
    var mirrorJobs: Int
    /// What to mirror where an entry names no platforms; empty means all there are.
    var platforms: [Platform]
    var secretsFile: String?
    /// Folders whose repositories may be named by path.
    var allowLocal: [String]
    /// The token servers that may see a registry's credentials, besides those known.
    var allowRealm: [RegistryHost: Set<RegistryHost>]
    /// No build and no copy starts with less free space.
    var diskFloor: ByteCount
    /// Requested after each pass.
    var ping: WebAddress?
    /// Nil means standard error.
    var logFile: String?
    var isVerbose: Bool
}

extension Settings {
    /// Makes settings of what the command line gave and, where it gave nothing, of the environment.
    ///
    /// Only `options` are looked at; an empty variable is none.
    init(
        _ given: [SettingOption: [String]],
        environment: [String: String],
        options: [SettingOption]
    ) throws(UsageError) {
        try checkVariables(environment)
        let source = SettingSource(given: given, environment: environment, options: options)
        config = try source.text(.config) ?? "."
        let folder = config.hasSuffix("/") ? config : config + "/"
        state = try source.text(.state) ?? folder + "state"
        `public` = try source.text(.public) ?? folder + "public"
        registry = try source.value(.registry) { text throws(Malformed) in try Registry(text) } ?? .at(.localhost)
        publicName = try source.value(.publicName) { text throws(Malformed) in try RegistryHost(text) } ?? registry.host
        listen =
            try source.value(.listen) { text throws(Malformed) in try Listening(text) }
            ?? .on(host: "127.0.0.1", port: 8081)
        interval = try source.duration(.interval) ?? .seconds(60)
        mirrorInterval = try source.duration(.mirrorInterval) ?? .seconds(3_600)
        verifyInterval = try source.duration(.verifyInterval) ?? .seconds(600)
        builder = try source.value(.builder) { text throws(Malformed) in try BuilderChoice(text) } ?? .automatic
        buildJobs = try source.count(.buildJobs) ?? 1
        mirrorJobs = try source.count(.mirrorJobs) ?? 8
        platforms = try source.value(.platforms, platformList) ?? []
        secretsFile = try source.text(.secrets)
        allowLocal = try source.values(.allowLocal) { text throws(Malformed) in text }
        let realms = try source.values(.allowRealm, realm)
        allowRealm = Dictionary(grouping: realms, by: \.registry).mapValues { Set($0.map(\.server)) }
        diskFloor =
            try source.value(.diskFloor) { text throws(Malformed) in try ByteCount(text: text) }
            ?? ByteCount(bytes: 2_000_000_000)
        ping = try source.value(.ping) { text throws(Malformed) in try WebAddress(text) }
        logFile = try source.text(.log)
        isVerbose = try source.value(.verbose, truth) ?? false
    }
}

extension Settings.Registry {
    /// Reads `HOST[:PORT]`, `embedded` or `embedded:PORT`.
    init(_ text: String) throws(Malformed) {
        guard text == "embedded" || text.hasPrefix("embedded:") else {
            self = .at(try RegistryHost(text))
            return
        }
        let port = text == "embedded" ? "5050" : String(text.dropFirst("embedded:".count))
        guard isPort(port), let number = UInt16(port) else {
            throw Malformed("\(quoted(port)) is no port; write embedded or embedded:PORT")
        }
        self = .embedded(port: number)
    }
}

extension Settings.Listening {
    /// Reads `off` or `HOST:PORT`.
    init(_ text: String) throws(Malformed) {
        if text == "off" {
            self = .off
            return
        }
        guard let colon = text.lastIndex(of: ":"), colon > text.startIndex, (try? RegistryHost(text)) != nil,
            let port = UInt16(text[text.index(after: colon)...])
        else {
            throw Malformed(
                "\(quoted(text)) is no address to listen on; write HOST:PORT, such as 127.0.0.1:8081, or off"
            )
        }
        let host = text[..<colon]
        self = .on(host: host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : String(host), port: port)
    }
}

private func platformList(_ text: String) throws(Malformed) -> [Platform] {
    var platforms: [Platform] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
        let platform = try Platform(part.trimmingSpaces)
        if !platforms.contains(platform) { platforms.append(platform) }
    }
    return platforms
}

private func realm(_ text: String) throws(Malformed) -> (registry: RegistryHost, server: RegistryHost) {
    let parts = text.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2 else {
        throw Malformed("\(quoted(text)) names no token server; write REGISTRY=HOST, such as quay.io=auth.quay.io")
    }
    return (try RegistryHost(parts[0]), try RegistryHost(parts[1]))
}

private func truth(_ text: String) throws(Malformed) -> Bool {
    switch text.lowercased() {
    case "1", "true": true
    case "0", "false": false
    default: throw Malformed("\(quoted(text)) is neither true nor false; write 1 or 0")
    }
}

/// Refuses a variable that is a misspelt one of ours; others that happen to begin alike are somebody else's.
private func checkVariables(_ environment: [String: String]) throws(UsageError) {
    let known = SettingOption.allCases.map { variableSuffix($0.rawValue) }
    for name in environment.keys.sorted() where name.hasPrefix("RECONCILE_") {
        let suffix = String(name.dropFirst("RECONCILE_".count))
        let option = CommandOption.allCases.first { variableSuffix($0.rawValue) == suffix }
        if let option, environment[name]?.isEmpty == false {
            throw UsageError("\(name) is no variable; write \(option.name) on the command line")
        }
        guard !known.contains(suffix), let likely = nearest(to: suffix, among: known) else { continue }
        throw UsageError("unknown variable \(shortened(name)); did you mean RECONCILE_\(likely)?")
    }
}
