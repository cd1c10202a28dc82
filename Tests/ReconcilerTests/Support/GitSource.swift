@testable import Reconciler

/// A repository that stands for somebody's source, and our side of it in the same temporary folder.
struct GitSource: Sendable {
    let top: TemporaryFolder
    /// The repository with its work tree.
    let path: String
    let git: Git

    init(groups: RunningGroups? = nil) async throws {
        top = try TemporaryFolder()
        path = top.path + "/allowed/source"
        try createFolder(path)
        git = Git(
            localFolders: [top.path + "/allowed"],
            groups: groups,
            ssh: SSHConnections(folder: top.path + "/ssh"),
            environment: inheritedEnvironment().merging(["HOME": top.path]) { $1 }
        )
        try await run("git init -q -b main .; git config user.name A; git config user.email a@example.org")
    }

    /// Runs a script in the work tree, with a home of its own and a fixed time.
    @discardableResult
    func run(_ script: String) async throws -> String {
        let time = "2026-01-02T03:04:05Z"
        return try await shell(
            script,
            in: path,
            ["HOME": top.path, "GIT_COMMITTER_DATE": time, "GIT_AUTHOR_DATE": time]
        )
    }

    /// Writes files and commits them; returns the commit.
    @discardableResult
    func commit(_ files: [String: String], _ message: String = "change") async throws -> ObjectID {
        for (name, content) in files {
            let place = "\(path)/\(name)"
            try createFolder(place.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 })
            try writeFile(place, Array(content.utf8))
        }
        let answer = try await run("git add -A; git commit -q --allow-empty -m '\(message)'; git rev-parse HEAD")
        return try ObjectID(answer.prefix(40))
    }

    func repository(_ url: String? = nil) throws -> GitRepository {
        GitRepository(git, try GitURL(url ?? path), in: top.path + "/state/git")
    }

    /// Fetches the default branch and returns its commit.
    func head() async throws -> GitCommit {
        let repository = try repository()
        guard case .present(let id)? = await repository.fetch([.defaultBranch])[.defaultBranch] else {
            throw GitFault("no head")
        }
        return try await repository.commit(id)
    }
}
