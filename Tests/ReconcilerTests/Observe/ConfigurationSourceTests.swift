import Glibc
import Testing

@testable import Reconciler

/// Where the configuration repository is fetched from, if from anywhere.
struct ConfigurationSourceTests {
    @Test func `a folder that is no checkout is used as it is, also inside a repository of something else`()
        async throws
    {
        let site = try await ConfigurationSite()
        let plain = site.host.top.path + "/plain"
        try createFolder(plain + "/desired")
        try createFolder(site.path + "/elsewhere/desired")
        for folder in [plain, site.path + "/elsewhere"] {
            let repository = try ConfigurationRepository(git: site.host.git, checkout: folder)
            let look = await repository.refresh { _ in false }
            #expect(
                look.update == .asItIs("\(folder) is no git checkout, so it is used as it is and nothing is fetched")
            )
            #expect(look.head == nil && !look.update.isTrouble)
        }
    }

    @Test func `a folder in a repository that has its desired committed is a checkout`() async throws {
        let site = try await ConfigurationSite(["machines/a/desired/mirror.json": "[]"])
        let folder = site.path + "/machines/a"
        let repository = try ConfigurationRepository(git: site.host.git, checkout: folder)
        let second = try await site.host.commit(["machines/a/desired/mirror.json": "[\"x\"]"])
        let preview = await repository.peek { _ in false }
        #expect(preview.files.bytes == ["mirror.json": Array("[\"x\"]".utf8)])
        #expect(await repository.refresh { _ in false }.head?.commit == second)
        #expect(try site.text("machines/a/desired/mirror.json") == "[\"x\"]")
        #expect(await repository.identity() != (try await site.repository().identity()))
    }

    @Test(arguments: [
        ("git remote remove origin", "branch main follows none of a remote"),
        ("git checkout -q --detach", "it is on no branch"),
        ("git checkout -q -b other --no-track", "branch other follows none of a remote"),
        ("git checkout -q -b other --track main 2>&1", "branch other follows none of a remote"),
    ])
    func `a checkout without anything to fetch is used as it is, and its commit counts`(
        script: String,
        why: String
    ) async throws {
        let site = try await ConfigurationSite()
        try await site.run(script)
        let look = try await site.refresh()
        #expect(reason(look.update).contains(why + ", so it is used as it is and nothing is fetched"))
        #expect(look.head?.commit == (try await site.head()))
        #expect(!look.update.isTrouble)
    }

    @Test(arguments: [
        ("mv source moved", "does not appear to be a git repository; check the address"),
        ("cd source; git branch -qm main renamed", "has no branch main any more"),
        ("cd ../config; git remote set-url origin 'ext::sh -c touch% ../canary'", "git"),
        ("cd ../config; git remote set-url origin git://127.0.0.1/x", "git over \"git\" is refused"),
        ("sed -i 's|url = .*|url = --upload-pack=x:y|' ../config/.git/config", "git would take it for an option"),
    ])
    func `a fetch that fails is unknown and leaves everything in use`(script: String, why: String) async throws {
        let site = try await ConfigurationSite()
        let first = try await site.head()
        try await site.run(script, in: site.host.top.path + "/allowed")
        let look = try await site.refresh()
        guard case .failed(let reason) = look.update else { return #expect(Bool(false), "\(look.update)") }
        #expect(reason.contains(why))
        #expect(look.head?.commit == first && look.update.isTrouble && look.fetched == nil)
        #expect(try fileKind(site.host.top.path + "/canary") == nil)
    }

    @Test(arguments: [
        "git worktree add -q ../other -b other --track origin/main 2>&1",
        "git clone -q --depth 1 \"file://$(git remote get-url origin)\" ../other",
        "git clone -q --no-checkout . ../other; cd ../other; git remote set-url origin ../allowed/source; "
            + "git sparse-checkout set desired; git checkout -q main",
    ])
    func `a linked work tree, a shallow clone and a sparse one are followed, also when rewritten`(
        script: String
    ) async throws {
        let site = try await ConfigurationSite(["desired/mirror.json": "[]", "rest/x": "1"])
        try await site.host.commit(["rest/x": "2"])
        try await site.run("git pull -q; " + script)
        let path = site.host.top.path + "/other"
        let repository = try ConfigurationRepository(git: site.host.git, checkout: path)
        let second = try await site.host.commit(["desired/mirror.json": "[\"a\"]", "rest/x": "3"])
        #expect(await repository.refresh { _ in false }.head?.commit == second)
        try await site.host.run("git commit -q --amend -m other")
        #expect(await repository.refresh { $0 == second }.head?.commit == (try await site.host.head().id))
        #expect(try await site.run("git status --porcelain; cat desired/*", in: path) == "[\"a\"]")
        #expect(try await site.run("git status --porcelain") == "")
    }

    @Test func `a relative address and a file address lead where git takes them`() async throws {
        let site = try await ConfigurationSite()
        let identity = try await site.repository().identity()
        for url in ["../allowed/source", "file://\(site.host.path)", "\(site.host.path)/.git"] {
            try await site.run("git remote set-url origin '\(url)'")
            #expect(try await site.refresh().update == .current)
            #expect(try await site.repository().identity() == identity)
        }
    }

    @Test func `a password in the remote's address is used and shown nowhere`() async throws {
        let site = try await ConfigurationSite()
        let server = try await GitHTTPServer(projects: site.host.top.path + "/allowed", login: "user:canary-token")
        try await site.run("git remote set-url origin '\(server.url("source/.git", user: "user:canary-token"))'")
        let second = try await site.host.commit(["x": "1"])
        #expect(try await site.refresh().head?.commit == second)
        try await site.run("git remote set-url origin '\(server.url("none/.git", user: "user:canary-token"))'")
        let look = try await site.refresh()
        #expect(reason(look.update).contains("ls-remote http://127.0.0.1:"))
        #expect(!reason(look.update).contains("canary-token"))
    }

    @Test func `a checkout of another owner comes with what to do`() async throws {
        let site = try await ConfigurationSite()
        // The switch of git's own tests (t0033-safe-directory.sh).
        let environment = inheritedEnvironment().merging(
            ["HOME": site.host.top.path, "GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"]
        ) { $1 }
        let git = Git(ssh: SSHConnections(folder: site.host.top.path + "/s"), environment: environment)
        let look = await (try ConfigurationRepository(git: git, checkout: site.path)).refresh { _ in false }
        #expect(reason(look.update).contains("git config --global --add safe.directory"))
        #expect(look.head == nil && look.update.isTrouble)
    }

    @Test func `a checkout with its own ssh command, such as one with a deploy key, is fetched by it`() async throws {
        let site = try await ConfigurationSite()
        let wrapper = site.host.top.path + "/ssh-stand-in"
        try writeFile(wrapper, Array("#!/bin/sh\nexec git upload-pack '\(site.host.path)'\n".utf8), mode: 0o755)
        try await site.run(
            "git remote set-url origin git@host.example:x; git config core.sshCommand '\(wrapper) -i key'"
        )
        let second = try await site.host.commit(["x": "1"])
        #expect(try await site.refresh().head?.commit == second)
    }

    @Test func `a checkout that git cannot read is unknown, and not a folder without git`() async throws {
        let site = try await ConfigurationSite()
        try writeFile(site.path + "/.git/HEAD", Array("broken".utf8))
        let look = try await site.refresh()
        guard case .failed(let reason) = look.update else { return #expect(Bool(false), "\(look)") }
        #expect(reason.hasPrefix("git rev-parse in \(site.path): fatal: not a git repository"))
    }

    @Test func `every spelling of one address gives one identity, and others give others`() async throws {
        let site = try await ConfigurationSite()
        var identities: [String] = []
        for url in [
            "git@host.example:org/config.git", "https://u:p@HOST.example/org/config",
            "ssh://git@host.example:22/org/config/",
            "https://host.example/org/other",
        ] {
            try await site.run("git remote set-url origin '\(url)'")
            identities.append(try await site.repository().identity())
        }
        #expect(Set(identities[..<3]).count == 1)
        #expect(identities[3] != identities[0])
        try await site.run("git checkout -q --detach")
        #expect(try await site.repository().identity() == identities[3])
        try await site.run("git remote remove origin")
        let byRoot = try await site.repository().identity()
        try await site.run("git checkout -q main; git commit -q --allow-empty -m more")
        #expect(try await site.repository().identity() == byRoot)
        #expect(!identities.contains(byRoot))
        let plain = try await ConfigurationRepository(git: site.host.git, checkout: site.host.top.path).identity()
        for identity in identities + [byRoot, plain] {
            #expect(identity.count == 16 && identity.allSatisfy { $0.isHexDigit })
        }
    }
}
