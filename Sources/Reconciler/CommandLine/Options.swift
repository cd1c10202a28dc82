/// An option that describes the installation; all commands but `demo` take all of them, so that one line of options,
/// or one environment, serves the service and the commands beside it.
enum SettingOption: String, CaseIterable, Sendable {
    case config
    case state
    case `public`
    case registry
    case publicName = "public-name"
    case listen
    case interval
    case mirrorInterval = "mirror-interval"
    case verifyInterval = "verify-interval"
    case builder
    case buildJobs = "build-jobs"
    case mirrorJobs = "mirror-jobs"
    case platforms
    case secrets
    case allowLocal = "allow-local"
    case allowRealm = "allow-realm"
    case diskFloor = "disk-floor"
    case ping
    case log
    case verbose

    /// Those that mean something for the throw-away installation of the demo.
    static let ofDemo: [SettingOption] = [.builder, .verbose]

    /// As it is written on the command line.
    var name: String { "--" + rawValue }

    /// As it is written in the environment.
    var variable: String { "RECONCILE_" + variableSuffix(rawValue) }

    var takesValue: Bool { self != .verbose }

    /// Whether it may be given several times; in the environment commas part the values.
    var isRepeatable: Bool { self == .allowLocal || self == .allowRealm }
}

/// An option's name as a variable has it: `MIRROR_INTERVAL`.
func variableSuffix(_ option: String) -> String { option.uppercased().replacing("-", with: "_") }

/// An option that belongs to some commands only, or is one itself.
enum CommandOption: String, CaseIterable, Sendable {
    case once
    case json
    case failing
    case delete
    case olderThan = "older-than"
    case keep
    case help
    case version

    var name: String { "--" + rawValue }

    enum Value {
        case none
        /// `--delete=all`; never taken from the next argument.
        case optional(String)
        case required
    }

    var value: Value {
        switch self {
        case .olderThan: .required
        case .delete: .optional("all")
        case .once, .json, .failing, .keep, .help, .version: .none
        }
    }

    /// The commands that take it.
    var topics: [HelpTopic] {
        switch self {
        case .once: [.once]
        case .json: [.plan, .status]
        case .failing: [.status]
        case .delete, .olderThan: [.prune]
        case .keep: [.demo]
        case .help, .version: HelpTopic.allCases
        }
    }
}
