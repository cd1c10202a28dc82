import Testing

@testable import Reconciler

extension EndToEnd {
    struct SubmoduleTests {
        /// Makes a source with a submodule whose address is `url`; returns the scenario after `desire`.
        private func scenario(_ url: String) async throws -> (Scenario, SourceRepository, SourceRepository) {
            let scenario = try await Scenario()
            let (module, source) = (try await scenario.source("module"), try await scenario.source("one"))
            let commit = try await module.commit(["inside": "module"])
            try await source.commit([
                "image/Dockerfile": "FROM scratch\nCOPY lib /lib\nCOPY lib/inside /inside\n",
                ".gitmodules": "[submodule \"lib\"]\n\tpath = image/lib\n\turl = \(url)\n",
            ])
            try await source.run("git update-index --add --cacheinfo 160000,\(commit),image/lib; git commit -q -m link")
            try await scenario.desire(
                build: #"{ "one": { "URL": "SOURCES/one", "path": "image", "submodules": true } }"#
            )
            return (scenario, module, source)
        }

        @Test func `a submodule is part of the context, and a new commit of it in the source rebuilds`() async throws {
            let (scenario, module, source) = try await scenario("../module")
            let pass = try await scenario.pass()
            #expect(pass.status == 0, "\(pass.errors)")
            let digest = try await scenario.keptDigest("one:latest")
            let moved = try await module.commit(["inside": "moved"])
            #expect(
                try await scenario.pass().events == ["pass: 1 in line"],
                "only the commit that the source names counts"
            )
            try await source.run("git update-index --cacheinfo 160000,\(moved),image/lib; git commit -q -m move")
            #expect(try await scenario.pass().events.last == "pass: 1 put right")
            #expect(try await scenario.keptDigest("one:latest") != digest)
        }

        @Test(arguments: [
            "ext::sh -c 'touch CANARY'", "-u./CANARY", "file:///etc", "/etc", ".", "--upload-pack=touch CANARY",
        ])
        func `a submodule of a hostile address is refused, and nothing runs`(url: String) async throws {
            let canary = "/tmp/reconcile-canary-\(Int.random(in: 0..<1 << 40))"
            let (scenario, _, _) = try await scenario("\"" + url.replacing("CANARY", with: canary) + "\"")
            let pass = try await scenario.pass()
            #expect(pass.status == 1)
            // Some are such that git itself refuses the commit.
            let refusals = ["one build failed: submodule image/lib: ", "one look failed: fetch "]
            #expect(pass.events.contains { event in refusals.contains { event.hasPrefix($0) } }, "\(pass.errors)")
            #expect(try fileKind(canary) == nil)
            #expect(try await scenario.keptDigest("one:latest") == nil)
        }
    }
}
