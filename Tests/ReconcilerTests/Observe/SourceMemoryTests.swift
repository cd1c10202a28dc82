import Testing

@testable import Reconciler

struct SourceMemoryTests {
    @Test func `of a source that moves for years only what is followed now is remembered`() async throws {
        let source = try await GitSource()
        let file = #"{ "app": { "URL": "\#(source.path)" }, "docs": { "URL": "\#(source.path)", "path": "docs" } }"#
        let reader = DesiredReader(allowedFolders: [source.top.path + "/allowed"])
        let entries = try reader.read { $0 == "build.json" ? Array(file.utf8) : nil }.builds
        let memory = SourceMemory()
        let looks = SourceLooks(
            git: source.git,
            folder: source.top.path + "/state/git",
            configuration: nil,
            limits: GitRepository.Limits(),
            memory: memory,
            watch: LookWatch()
        )
        for number in 0..<4 {
            let head = try await source.commit(["Dockerfile": "FROM a:\(number)", "docs/Dockerfile": "FROM b"])
            let found = await looks.look(at: entries)
            #expect(found.states["app"]?.value?.commit.id == head)
            #expect(found.states["docs"]?.value?.bases.map(\.description) == ["docker.io/library/b:latest"])
            #expect(memory.count == 1)
        }
        try await source.run("mv ../source ../gone")
        #expect(await looks.look(at: entries).states["app"]?.value == nil)
        #expect(memory.count == 1, "what cannot be looked at is not forgotten")
    }
}
