import Testing

@testable import Reconciler

/// Who may push to the config repo may have images built, and nothing else: no file of the repository comes to lie where the
/// program keeps its own.
struct PlantedFilesTests {
    private static let filter = "[core]\n\tbare = true\n[filter \"x\"]\n\tsmudge = touch CANARY; cat\n"

    @Test(arguments: ["config", "config.worktree", "elsewhere/config"])
    func `a copy that was not configured here is made anew, and none of its programs run`(file: String) async throws {
        let source = try await GitSource()
        let canary = source.top.path + "/canary"
        try await source.commit([".gitattributes": "* filter=x\n", "Dockerfile": "FROM scratch\n"])
        let repository = try source.repository()
        _ = await repository.fetch([.defaultBranch])
        let planted = Self.filter.replacing("CANARY", with: canary)
        try source.top.write(planted, to: "state/git/\(repository.folder.split(separator: "/").last ?? "")/\(file)")
        if file.contains("/") { try writeFile(repository.folder + "/commondir", Array("elsewhere\n".utf8)) }
        if file == "config.worktree" {
            let trusting = "[core]\n\tbare = true\n[extensions]\n\tworktreeConfig = true\n"
            try writeFile(repository.folder + "/config", Array(trusting.utf8))
        }
        let commit = try await source.head()
        _ = try await repository.export(
            ContextQuery(context: .top, dockerfile: RepositoryPath("Dockerfile")),
            of: commit,
            to: source.top.path + "/context"
        )
        #expect(try fileKind(canary) == nil)
    }

    @Test(arguments: ["state/git/x/config", "state", "registry/docker/registry/v2/x"])
    func `a commit with a file where the program keeps its own is not used, and named`(path: String) async throws {
        let site = try await ConfigurationSite()
        let own = [site.path + "/state", site.path + "/registry"]
        let repository = try ConfigurationRepository(git: site.host.git, checkout: site.path, ownFolders: own)
        let first = try await site.head()
        #expect(try await repository.plantedFile() == nil)
        let second = try await site.host.commit([path: "planted", "desired/build.json": "{}"])
        let look = await repository.refresh { _ in true }
        #expect(look.head?.commit == first)
        #expect(look.update.isTrouble)
        #expect(reason(look.update).contains("\(path) of origin/main at \(second.short) lies where reconcile keeps"))
        try await site.run("git merge -q --ff-only origin/main")
        #expect(try await repository.plantedFile() == path)
    }

    @Test func `a clone that brings such files along is refused before anything in them is read`() async throws {
        let scenario = try await Scenario()
        try await scenario.config.commit(["state/git/x/config": Self.filter, "state/lock": "1\n"])
        let pass = try await scenario.reconcile(["--once"], ["--state": scenario.config.path + "/state"])
        #expect(pass.status == 2)
        #expect(
            pass.errors.contains(
                "state/git/x/config is a file of the config repo, and lies where reconcile keeps its own"
            )
        )
        #expect(try listFolder(scenario.config.path + "/state").sorted() == ["git", "lock"])
    }
}
