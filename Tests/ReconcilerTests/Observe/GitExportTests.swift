import Glibc
import Testing

@testable import Reconciler

struct GitExportTests {
    private func export(
        _ source: GitSource,
        _ context: String,
        _ file: String = "Dockerfile"
    ) async throws
        -> ExportedContext
    {
        let folder = try RepositoryPath(context)
        let query = ContextQuery(context: folder, dockerfile: try RepositoryPath(file, in: folder))
        return try await source.repository().export(query, of: try await source.head(), to: source.top.path + "/work")
    }

    @Test(arguments: ["app/.dockerignore", "app/.containerignore", "app/Dockerfile.dockerignore"])
    func `an ignore file that is a link is refused, for a builder would read where it leads`(link: String) async throws
    {
        let source = try await GitSource()
        try await source.commit(["app/Dockerfile": "FROM a"])
        try await source.run("ln -s /etc/passwd \(link); git add -A; git commit -qm x")
        let fault = await #expect(throws: GitFault.self) { try await export(source, "app") }
        #expect("\(fault.map(String.init(describing:)) ?? "")".contains("\(link) is no plain file"))
    }

    @Test func `a context is exactly its tree at the commit, with the commit's time and plain rights`() async throws {
        let source = try await GitSource()
        try await source.commit(["app/Dockerfile": "FROM a", "app/deep/run.sh": "#!/bin/sh", "other": "no"])
        try await source.run(
            "chmod +x app/deep/run.sh; ln -s deep/run.sh app/link; git add -A; git commit -qm x; touch app/untracked"
        )
        umask(0o077)
        defer { umask(0o022) }
        let exported = try await export(source, "app")
        let seen = try await shell("find . -printf '%P %m %T@ %l\\n' | sort", in: exported.folder)
        let time = "1767323045.0000000000"
        #expect(
            seen == """
                 755 \(time)\u{20}
                Dockerfile 644 \(time)\u{20}
                deep 755 \(time)\u{20}
                deep/run.sh 755 \(time)\u{20}
                link 777 \(time) deep/run.sh

                """
        )
        #expect(exported.dockerfile == exported.folder + "/Dockerfile")
    }

    @Test func `the top of a repository has no git folder in it`() async throws {
        let source = try await GitSource()
        try await source.commit(["Dockerfile": "FROM a"])
        #expect(try listFolder(try await export(source, "").folder) == ["Dockerfile"])
    }

    @Test func `attributes of the repository's top apply inside a context`() async throws {
        let source = try await GitSource()
        try await source.commit([".gitattributes": "*.txt eol=crlf\n", "app/Dockerfile": "", "app/a.txt": "a\n"])
        let exported = try await export(source, "app")
        #expect(try readFile(exported.folder + "/a.txt", atMost: 10) == Array("a\r\n".utf8))
    }

    @Test func `a Dockerfile outside the context is put beside it`() async throws {
        let source = try await GitSource()
        try await source.commit(["docker/app.Dockerfile": "FROM a", "app/x": "1"])
        let exported = try await export(source, "app", "../docker/app.Dockerfile")
        #expect(try listFolder(exported.folder) == ["x"])
        #expect(try readFile(exported.dockerfile, atMost: 10) == Array("FROM a".utf8))
    }

    @Test func `a pointer of git-lfs that nothing replaces is refused by name`() async throws {
        let source = try await GitSource()
        let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"
        try await source.commit(["Dockerfile": "", "assets/logo.png": pointer])
        let fault = await #expect(throws: GitFault.self) { try await self.export(source, "") }
        #expect(fault?.description.contains("assets/logo.png is a git-lfs pointer; install git-lfs") == true)
    }
}
