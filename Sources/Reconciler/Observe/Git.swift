/// The git program as this program runs it: no prompts, no hooks, no other transports, no secrets in arguments.
///
/// The service account's own git and ssh configuration (credential helpers, `insteadOf`, keys, `known_hosts`) stays in
/// force.
struct Git: Sendable {
    /// Folders whose repositories may be fetched by path; symbolic links in them are resolved.
    let localFolders: [String]
    /// Where running git processes are noted; nil means nowhere.
    private(set) var groups: RunningGroups?
    private let environment: [String: String]
    private let ssh: SSHConnections

    init(
        localFolders: [String] = [],
        groups: RunningGroups? = nil,
        ssh: SSHConnections,
        environment: [String: String] = inheritedEnvironment()
    ) {
        self.localFolders = localFolders.compactMap { try? resolvedPath($0) }
        self.groups = groups
        self.ssh = ssh
        self.environment = environment.merging(Self.unattended) { $1 }
    }

    /// The same, for what is asked before there is a place to note anything.
    var unnoted: Git {
        var git = self
        git.groups = nil
        return git
    }

    private static let unattended = [
        "GIT_TERMINAL_PROMPT": "0",
        // Alone, the line above does not stop an askpass program of a desktop.
        "GIT_ASKPASS": "/bin/false",
        "SSH_ASKPASS_REQUIRE": "never",
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        // What is read from the output must not be in the language of the account.
        "LC_ALL": "C.UTF-8",
        "LANGUAGE": "C",
    ]

    /// Options that hold for every command.
    private static let options = [
        "core.hooksPath=/dev/null", "core.fsmonitor=false", "submodule.recurse=false", "gc.autoDetach=false",
        "maintenance.auto=false", "advice.detachedHead=false", "log.showSignature=false", "core.quotePath=false",
    ]

    /// Options of commands that speak to other repositories.
    private static let transferOptions = [
        "transfer.fsckObjects=true", "fetch.fsck.zeroPaddedFilemode=ignore", "http.followRedirects=false",
        "http.lowSpeedLimit=1000", "http.lowSpeedTime=30", "fetch.recurseSubmodules=false",
        // Always index-pack: it writes what comes to disk instead of holding large files in memory.
        "fetch.unpackLimit=1",
    ]

    /// A command on the repository at `gitFolder` that stays on this machine.
    func local(_ arguments: [String], gitFolder: String, _ more: [String: String] = [:]) -> Command {
        Command(
            "git",
            Self.options.flatMap { ["-c", $0] } + ["--git-dir=\(gitFolder)"] + arguments,
            environment: environment.merging(more) { $1 }
        )
    }

    /// A command on the repository at `gitFolder` that speaks to `remote`; its credentials are in the environment.
    ///
    /// `sshCommand` is the `core.sshCommand` of the repository itself, for one that is not our own.
    func transfer(
        _ arguments: [String],
        gitFolder: String,
        remote: GitRemote,
        sshCommand: String? = nil
    ) async -> Command {
        var environment = environment
        if environment["GIT_SSH_COMMAND"] == nil { environment["GIT_SSH_COMMAND"] = sshCommand }
        environment["GIT_ALLOW_PROTOCOL"] = remote.isLocal ? "file" : "ssh:https:http"
        if remote.isSSH, let command = await ssh.command(environment) { environment["GIT_SSH_COMMAND"] = command }
        remote.credentials.add(to: &environment)
        return Command(
            "git",
            (Self.options + Self.transferOptions).flatMap { ["-c", $0] } + ["--git-dir=\(gitFolder)"] + arguments,
            environment: environment,
            redaction: Redaction(remote.credentials.secrets)
        )
    }

    /// Where to fetch `url` from; throws if it is a path outside the allowed folders.
    func remote(_ url: GitURL) throws(GitFault) -> GitRemote {
        switch url.transport {
        case .ssh, .https, .http: return GitRemote(url)
        case .configuration: throw GitFault("the configuration repository is not fetched as a source")
        case .local: break
        }
        let path: String
        do { path = try resolvedPath(url.address) } catch { throw GitFault("\(error); mend \"URL\", or put it there") }
        guard localFolders.contains(where: { path == $0 || path.hasPrefix($0 == "/" ? "/" : $0 + "/") }) else {
            let allowed = localFolders.isEmpty ? "" : " (\(localFolders.map(visible).joined(separator: ", ")))"
            throw GitFault(
                "\(visible(path)) is below no allowed folder\(allowed); start with --allow-local DIR to allow it"
            )
        }
        return GitRemote(localPath: path)
    }
}
