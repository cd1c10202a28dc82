import Glibc
import Testing

@testable import Reconciler

struct GitContextTests {
    private func query(_ context: String, _ file: String = "Dockerfile") throws -> ContextQuery {
        let context = try RepositoryPath(context)
        return ContextQuery(context: context, dockerfile: try RepositoryPath(file, in: context))
    }

    @Test func `contexts are told by the trees of their folders, whatever else the commit touches`() async throws {
        let source = try await GitSource()
        try await source.commit([
            "js/tests/Dockerfile": "FROM a", "js/tests/x": "1", "Dockerfile": "FROM b", "go/x": "1",
        ])
        let (top, tests) = (try query(""), try query("js/tests"))
        let before = try await source.repository().contexts([top, tests], in: try await source.head())
        try await source.commit(["go/x": "2"])
        let after = try await source.repository().contexts([top, tests], in: try await source.head())
        #expect(before[tests] == after[tests])
        #expect(before[top] != after[top])
        guard case .found(let context)? = after[tests] else { return #expect(Bool(false), "\(after)") }
        let contents = try await source.repository().dockerfiles([context.dockerfile])
        #expect(contents[context.dockerfile] == Array("FROM a".utf8))
    }

    @Test func `200 contexts of one commit cost two git processes`() async throws {
        let source = try await GitSource()
        var files: [String: String] = [:]
        for number in 0..<200 { files["images/\(number)/Dockerfile"] = "FROM scratch\nLABEL n=\(number)" }
        try await source.commit(files)
        let queries = Set(try (0..<200).map { try query("images/\($0)") })
        let head = try await source.head()
        let start = ContinuousClock.now
        let looks = try await source.repository().contexts(queries, in: head)
        let ids = looks.values.compactMap { look in
            if case .found(let context) = look { context.dockerfile } else { nil }
        }
        #expect(try await source.repository().dockerfiles(Set(ids)).count == 200)
        #expect(ContinuousClock.now - start < .seconds(60))
    }

    @Test(arguments: [
        ("nope", "Dockerfile", "no folder nope in commit"),
        ("real", "Dockerfile.in", "real/Dockerfile.in ends with .in: buildah and podman preprocess it"),
        ("real", "nope", "no file real/nope in commit"),
        ("linked", "Dockerfile", "linked is a symbolic link, not a folder"),
        ("linked/deep", "Dockerfile", "linked on the way to linked/deep is a symbolic link, not a folder"),
        ("real", "passwd", "real/passwd is a symbolic link, not a file"),
        ("real", "deep", "real/deep is a folder, not a file"),
        ("real/Dockerfile", "x", "real/Dockerfile is a file, not a folder"),
        ("real", "big", "real/big is larger than 1.0 MB"),
        ("sub", "Dockerfile", "sub is a submodule, not a folder"),
        (":(glob)**", "Dockerfile", "no folder :(glob)** in commit"),
    ])
    func `what is not there or leads elsewhere is missing, with the reason`(
        context: String,
        file: String,
        reason: String
    ) async throws {
        let source = try await GitSource()
        let id = try await source.commit([
            "real/Dockerfile": "FROM a", "real/Dockerfile.in": "x", "real/deep/Dockerfile": "x",
            "real/big": String(repeating: "x", count: 2 << 20),
        ])
        try await source.run("ln -s real linked; ln -s /etc/passwd real/passwd; git add -A")
        try await source.run("git update-index --add --cacheinfo 160000,\(id),sub; git commit -q -m links")
        let asked = try query(context, file)
        let looks = try await source.repository().contexts([asked], in: try await source.head())
        guard case .missing(let seen)? = looks[asked] else { return #expect(Bool(false), "\(looks)") }
        #expect(seen.hasPrefix(reason))
    }

    @Test func `a commit is told by time and subject, and the commits of a folder by theirs`() async throws {
        let source = try await GitSource()
        let old = try await source.commit(["a/Dockerfile": "1"], "first")
        try await source.commit(["b": "1"], "elsewhere")
        try await source.commit(["a/Dockerfile": "2"], "second \u{1B}[31m")
        let head = try await source.head()
        #expect(head.time == 1_767_323_045)
        #expect(head.subject == "second \\u{1b}[31m")
        let repository = try source.repository()
        #expect(try await repository.news(of: query("a"), from: old, to: head.id) == "\(head.id.short) \(head.subject)")
        let all = try await repository.news(of: query(""), from: old, to: head.id)
        #expect(all == "\(head.id.short) \(head.subject) (and 1 more)")
        let unknown = try ObjectID(String(repeating: "1", count: 40))
        #expect(try await repository.news(of: query(""), from: unknown, to: head.id) == "")
    }
}
