import Testing

@testable import Reconciler

struct GitCommandTests {
    @Test(arguments: [
        "ext::sh -c touch% CANARY", "--upload-pack=touch CANARY", "fd::3", "git://127.0.0.1/x",
        "ssh://-oProxyCommand=touch/x",
        "-oProxyCommand=x:y",
    ])
    func `an unsafe URL is refused before git sees it`(url: String) {
        #expect(throws: Malformed.self) { try GitURL(url) }
    }

    @Test func `git itself refuses every transport but the one that is meant`() async throws {
        let source = try await GitSource()
        let canary = source.top.path + "/canary"
        let remote = GitRemote(localPath: "ext::sh -c touch% \(canary)")
        let command = await source.git.transfer(
            ["ls-remote", "--end-of-options", remote.address],
            gitFolder: ".",
            remote: remote
        )
        let finished = await Children.run(command, limit: .seconds(20))
        #expect(!finished.termination.isSuccess)
        #expect(try fileKind(canary) == nil)
    }

    @Test func `an address that begins with a dash is no option`() async throws {
        let source = try await GitSource()
        let canary = source.top.path + "/canary"
        try await source.commit(["a": "1"])
        let remote = GitRemote(localPath: "--upload-pack=touch \(canary);")
        let command = await source.git.transfer(
            ["fetch", "--end-of-options", remote.address, source.path],
            gitFolder: source.path + "/.git",
            remote: remote
        )
        #expect(!(await Children.run(command, limit: .seconds(20))).termination.isSuccess)
        #expect(try fileKind(canary) == nil)
    }

    @Test(
        arguments: [
            ([:], "ssh -o 'BatchMode=yes'"),
            (["GIT_SSH_COMMAND": "ssh -i /key"], "ssh -i /key -o 'BatchMode=yes'"),
            (["GIT_SSH_COMMAND": "/opt/my-ssh-wrapper x"], nil),
            (["GIT_SSH_COMMAND": "ssh x; true"], nil),
            (["GIT_SSH": "/opt/plink"], nil),
        ] as [([String: String], String?)]
    )
    func `plain ssh gets our options behind the account's own, anything else is left alone`(
        environment: [String: String],
        beginning: String?
    ) async throws {
        let folder = try TemporaryFolder()
        let ssh = SSHConnections(folder: folder.path + "/s")
        let path = ["PATH": "/usr/bin:/bin", "HOME": folder.path]
        let command = await ssh.command(environment.merging(path) { $1 })
        #expect(command.map { $0.hasPrefix(beginning ?? "-") } ?? (beginning == nil))
        if let command { #expect(command.contains("ControlPath=\(folder.path)/s/%C")) }
    }

    @Test func `the account's configured ssh command is taken up`() async throws {
        let folder = try TemporaryFolder()
        try writeFile(folder.path + "/.gitconfig", Array("[core]\n\tsshCommand = ssh -i /deploy\n".utf8))
        let ssh = SSHConnections(folder: folder.path + "/s")
        let command = await ssh.command(["PATH": "/usr/bin:/bin", "HOME": folder.path])
        #expect(command?.hasPrefix("ssh -i /deploy -o 'BatchMode=yes' -o 'ConnectTimeout=20'") == true)
    }

    @Test(arguments: [
        ("Host key verification failed.\nfatal: Could not read from remote repository.", "ssh-keyscan HOST"),
        ("git@h: Permission denied (publickey).\nfatal: Could not read", "deploy key"),
        ("remote: \u{1B}[31mno\nremote: x", "remote: \\u{1b}[31mno"),
        ("fatal: detected dubious ownership in repository at '/x'", "safe.directory PATH"),
        ("remote: Repository not found.\nfatal: repository 'https://h/x/' not found", "this account may read it"),
        (
            "ssh: connect to host h port 22: Connection refused\r\nfatal: Could not read from remote repository.",
            "fetch x: ssh: connect to host h port 22: Connection refused; see that the git host runs"
        ),
        ("fatal: unable to access 'http://h/': Failed to connect to h port 80 after 0 ms: x", "no firewall"),
        ("fatal: unable to access 'https://h/': Could not resolve host: h", "mend the name, or this machine's DNS"),
        ("fatal: unable to access 'https://h/': The requested URL returned error: 500", "the git host failed"),
        ("fatal: unable to access 'https://h/': SSL certificate problem: x", "that this machine trusts"),
        ("fatal: unable to access 'https://h/': The requested URL returned error: 301", "redirects are not followed"),
    ])
    func `a known complaint comes with what to do`(said: String, cure: String) {
        let errors = Captured(bytes: Array(said.utf8), dropped: 0)
        let finished = Finished(termination: .exited(128), output: Captured(bytes: [], dropped: 0), errors: errors)
        #expect(GitFault("fetch x", finished).description.contains(cure))
    }

    @Test func `a password that lies where git's complaint is cut is hidden whole`() {
        let said = "fatal: " + String(repeating: "x", count: 285) + "swordfish and more"
        let errors = Captured(bytes: Array(said.utf8), dropped: 0)
        let finished = Finished(termination: .exited(128), output: Captured(bytes: [], dropped: 0), errors: errors)
        let shown = GitFault("fetch x", finished, redaction: Redaction(["swordfish"])).description
        #expect(shown.contains("x***") && !shown.contains("sword"))
    }

    @Test func `a shared ssh connection that outlives the fetch does not hold it`() async throws {
        let source = try await GitSource()
        let id = try await source.commit(["a": "1"])
        // Stands for ssh: serves the repository and leaves a master behind that keeps all descriptors.
        let wrapper = source.top.path + "/ssh-stand-in"
        let script =
            "#!/bin/sh\nsetsid sleep 60 &\necho $! > \(source.top.path)/master\nexec git upload-pack \(source.path)\n"
        try writeFile(wrapper, Array(script.utf8), mode: 0o755)
        let environment = inheritedEnvironment().merging(["GIT_SSH": wrapper, "HOME": source.top.path]) { $1 }
        let git = Git(ssh: SSHConnections(folder: source.top.path + "/s"), environment: environment)
        let repository = GitRepository(git, try GitURL("git@host.example:x"), in: source.top.path + "/git")
        let start = ContinuousClock.now
        #expect(await repository.fetch([.defaultBranch]) == [.defaultBranch: .present(id)])
        #expect(ContinuousClock.now - start < .seconds(30))
        try await shell("kill $(cat \(source.top.path)/master)")
    }
}
