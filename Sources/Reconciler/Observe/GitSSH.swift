/// The ssh connections of git, one for each host, kept open between fetches (ssh_config(5), `ControlMaster`).
actor SSHConnections {
    /// A private folder with a short path: a socket's path has at most 108 bytes (unix(7)).
    private let folder: String
    private var configured: Observed<String> = .unknown("not asked yet")

    /// `folder` is made when first needed; if its path is too long, a temporary one is used instead.
    init(folder: String) { self.folder = folder }

    /// The command git runs for ssh; nil leaves to the account what it has set up itself.
    ///
    /// A command that is plain ssh with options of the account's keeps them: of two equal options ssh takes the first.
    func command(_ environment: [String: String]) async -> String? {
        if environment["GIT_SSH_COMMAND"] == nil, environment["GIT_SSH"] != nil { return nil }
        var own = environment["GIT_SSH_COMMAND"]
        if own == nil { own = await configuredCommand(environment) }
        let command = own ?? "ssh"
        let program = command.split(separator: " ").first.map(String.init) ?? ""
        guard program == "ssh" || program.hasSuffix("/ssh"), !command.contains(where: { ";|&$`\n".contains($0) }) else {
            return nil
        }
        return ([command] + options()).joined(separator: " ")
    }

    private func options() -> [String] {
        var options = [
            "BatchMode=yes", "ConnectTimeout=20", "ServerAliveInterval=15", "ServerAliveCountMax=3",
        ]
        if let place = socketFolder() {
            options += ["ControlMaster=auto", "ControlPersist=90", "ControlPath=\(place)/%C"]
        }
        return options.map { "-o " + shellQuoted($0) }
    }

    /// `%C` becomes 40 digits, and ssh adds up to 17 while it makes the socket.
    private func socketFolder() -> String? {
        guard folder.utf8.count <= 104 - 58, !folder.contains("%") else { return nil }
        do { try createPrivateFolder(folder) } catch { return nil }
        return folder
    }

    private func configuredCommand(_ environment: [String: String]) async -> String? {
        if case .unknown = configured {
            let ask = Command("git", ["config", "--get", "core.sshCommand"], environment: environment, folder: "/")
            let answer = await Children.run(ask, limit: .seconds(10))
            configured = answer.output.lines.first.map { .present(String($0)) } ?? .absent
        }
        return configured.value
    }
}

/// The text as one word for sh.
func shellQuoted(_ text: String) -> String { "'" + text.replacing("'", with: "'\\''") + "'" }
