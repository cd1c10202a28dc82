import Glibc
import Testing

@testable import Reconciler

struct GitFetchTests {
    @Test func `branches and the default branch come in one fetch, and one that is not there is absent`() async throws {
        let source = try await GitSource()
        let first = try await source.commit(["a": "1"])
        try await source.run("git checkout -q -b release")
        let second = try await source.commit(["a": "2"])
        try await source.run("git checkout -q main")
        let release = GitRef.branch(try BranchName("release"))
        let gone = GitRef.branch(try BranchName("gone"))
        let heads = await source.repositoryHeads([.defaultBranch, release, gone])
        #expect(heads == [.defaultBranch: .present(first), release: .present(second), gone: .absent])
    }

    @Test func `a rewritten branch, another default branch and a branch below an old name are followed`() async throws {
        let source = try await GitSource()
        try await source.commit(["a": "1"])
        try await source.run("git branch feature")
        let feature = GitRef.branch(try BranchName("feature"))
        _ = await source.repositoryHeads([.defaultBranch, feature])
        try await source.run("git commit -q --amend -m other; git branch -D feature; git checkout -q -b feature/one")
        let moved = try await source.commit(["a": "3"])
        let below = GitRef.branch(try BranchName("feature/one"))
        let heads = await source.repositoryHeads([.defaultBranch, feature, below])
        #expect(heads == [.defaultBranch: .present(moved), feature: .absent, below: .present(moved)])
        #expect(try await source.repository().defaultBranchName().description == "feature/one")
    }

    @Test func `an empty repository has no default branch, and that is no failure`() async throws {
        #expect(try await GitSource().repositoryHeads([.defaultBranch]) == [.defaultBranch: .absent])
    }

    @Test func `a look that fails is unknown and names the address, and the copy stays usable`() async throws {
        let source = try await GitSource()
        let id = try await source.commit(["a": "1"])
        _ = await source.repositoryHeads([.defaultBranch])
        rename(source.path, source.path + "-moved")
        try createFolder(source.path)
        let heads = await source.repositoryHeads([.defaultBranch])
        guard case .unknown(let reason)? = heads[.defaultBranch] else { return #expect(Bool(false), "\(heads)") }
        #expect(reason.contains(source.path) && reason.contains("does not appear to be a git repository; check"))
        #expect(try await source.repository().commit(id).id == id)
    }

    @Test func `a path is fetched below an allowed folder only, also behind a symbolic link`() async throws {
        let source = try await GitSource()
        try await source.commit(["a": "1"])
        rename(source.path, source.top.path + "/elsewhere")
        symlink(source.top.path + "/elsewhere", source.path)
        let heads = await source.repositoryHeads([.defaultBranch])
        guard case .unknown(let reason)? = heads[.defaultBranch] else { return #expect(Bool(false), "\(heads)") }
        let words = "elsewhere is below no allowed folder (\(source.top.path)/allowed); "
        #expect(reason == "\(source.top.path)/\(words)start with --allow-local DIR to allow it")
    }

    @Test func `locks that a killed git left do not stop the next fetch`() async throws {
        let source = try await GitSource()
        try await source.commit(["a": "1"])
        _ = await source.repositoryHeads([.defaultBranch])
        let folder = try source.repository().folder
        for lock in ["HEAD.lock", "packed-refs.lock", "config.lock", "refs/reconcile/HEAD.lock", "gc.pid"] {
            try writeFile("\(folder)/\(lock)", [])
        }
        let moved = try await source.commit(["a": "2"])
        #expect(await source.repositoryHeads([.defaultBranch]) == [.defaultBranch: .present(moved)])
    }

    @Test(arguments: ["objects", "config", "HEAD", "refs"])
    func `a damaged copy is made anew`(part: String) async throws {
        let source = try await GitSource()
        try await source.commit(["a": "1"])
        _ = await source.repositoryHeads([.defaultBranch])
        let folder = try source.repository().folder
        if part == "config" || part == "HEAD" {
            try writeFile("\(folder)/\(part)", Array("[broken".utf8))
        } else if part == "refs" {
            try writeFile("\(folder)/refs/reconcile/HEAD", Array("not a name\n".utf8))
        } else {
            try await shell("find objects -type f -exec sh -c 'chmod u+w $0; : > $0' {} +", in: folder)
        }
        let moved = try await source.commit(["a": "2"])
        #expect(await source.repositoryHeads([.defaultBranch]) == [.defaultBranch: .present(moved)])
        #expect(try await source.repository().commit(moved).id == moved)
    }

    @Test func `fetches of one repository at the same time wait for each other`() async throws {
        let source = try await GitSource()
        let id = try await source.commit(["a": "1"])
        let all = await withTaskGroup(of: [GitRef: Observed<ObjectID>].self) { group in
            for _ in 0..<6 { group.addTask { await source.repositoryHeads([.defaultBranch]) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(all.allSatisfy { $0 == [.defaultBranch: .present(id)] })
    }
}

extension GitSource {
    fileprivate func repositoryHeads(_ wanted: Set<GitRef>) async -> [GitRef: Observed<ObjectID>] {
        guard let repository = try? repository() else { return [:] }
        return await repository.fetch(wanted)
    }
}
