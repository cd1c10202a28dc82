/// A program to run as a child process, with everything it is given.
struct Command: Sendable {
    /// A name looked up in `PATH`, or a path.
    var program: String
    var arguments: [String]
    /// The child's whole environment; nothing else is inherited.
    var environment: [String: String]
    /// The working directory; nil means this process's own.
    var folder: String?
    /// What the child reads from standard input; empty means `/dev/null`.
    var input: [UInt8]
    /// Whether everything the child leaves running is ended once the child has ended.
    var isSwept: Bool
    /// Removes secrets from what is shown.
    var redaction: Redaction

    init(
        _ program: String,
        _ arguments: [String],
        environment: [String: String] = inheritedEnvironment(),
        folder: String? = nil,
        input: [UInt8] = [],
        isSwept: Bool = false,
        redaction: Redaction = Redaction()
    ) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
        self.folder = folder
        self.input = input
        self.isSwept = isSwept
        self.redaction = redaction
    }

    /// The command for people, as the log shows it: `docker [build --tag localhost:5000/a:latest .]`.
    var display: String { visible(redaction("\(program) [\(arguments.joined(separator: " "))]")) }

    /// The command for the log, which tells what is done and to what, and leaves out how: `buildah [build --tag a:latest …]`.
    func brief(_ verb: String, through operand: String) -> String {
        visible(redaction("\(program) [\(verb) \(operand) …]"))
    }
}

/// The environment of this process without its own settings (`RECONCILE_…`) and without what steers a git of another
/// repository (`GIT_DIR` and its like, set when a git hook or alias started us).
func inheritedEnvironment() -> [String: String] {
    var environment = currentEnvironment().filter { !$0.key.hasPrefix("RECONCILE_") }
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE", "GIT_PREFIX"] {
        environment[name] = nil
    }
    return environment
}
