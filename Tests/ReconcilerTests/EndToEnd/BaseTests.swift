import Testing

@testable import Reconciler

extension EndToEnd {
    /// Images that are built on each other and on mirrored ones.
    struct BaseTests {
        @Test func `a moved mirrored tag rebuilds what is built on it, in order, in one pass, once each`() async throws
        {
            let chain = try await Chain()
            let first = try await chain.scenario.pass()
            #expect(first.status == 0, "\(first.errors)")
            #expect(first.events.last == "pass: 4 put right")
            let before = try await chain.digests()
            #expect(try chain.upstreamPulls() == 1, "builds take the mirrored base from the kept registry")
            #expect(try await chain.scenario.pass().events == ["pass: 4 in line"])

            let old = try #require(before[0]).short
            let moved = try await chain.scenario.publish("base:1", "another base")
            let plan = try await chain.scenario.reconcile(["plan"])
            #expect(plan.status == 3)
            let name = "\(chain.scenario.upstream.host)/base:1"
            #expect(
                plan.lines == [
                    "build leaf: base \(chain.scenario.kept.host)/middle:latest is built first",
                    "build middle: base \(name) \(old)→\(moved.digest.short)",
                    "copy base:1: upstream \(old)→\(moved.digest.short)",
                    "2 to build, 1 to copy, 1 in line",
                    "pulls \(chain.scenario.upstream.host): 1",
                ]
            )
            let pass = try await chain.scenario.pass()
            #expect(pass.status == 0, "\(pass.errors)")
            #expect(pass.events.last == "pass: 1 in line, 3 put right")
            let builds = pass.events.filter { $0.hasPrefix("buildah [") }
            #expect(builds.map { $0.contains("/middle:latest") } == [true, false])
            let after = try await chain.digests()
            #expect(zip(before, after).map { $0 == $1 } == [false, false, false])
            #expect(try await chain.scenario.pass().events == ["pass: 4 in line"])
        }

        @Test func `a docker engine takes mirrored bases from here too`() async throws {
            let engine = try await DockerEngine()
            do {
                let chain = try await Chain()
                func pass() async throws -> Scenario.Run {
                    try await chain.scenario.reconcile(
                        ["--once"],
                        ["--builder": "docker"],
                        environment: engine.environment
                    )
                }
                let first = try await pass()
                #expect(first.events.last == "pass: 4 put right", "\(first.errors)")
                #expect(try chain.upstreamPulls() == 1, "builds take the mirrored base from the kept registry")
                let before = try await chain.digests()
                try await chain.middle.commit(["README": "not copied"])
                let same = try await pass()
                #expect(same.events.contains { $0.contains(" is the image that was there ") }, "\(same.errors)")
                #expect(try await chain.digests() == before)
                try await chain.scenario.publish("base:1", "another base")
                let moved = try await pass()
                #expect(moved.events.last == "pass: 1 in line, 3 put right", "\(moved.errors)")
                #expect(try await pass().events == ["pass: 4 in line"])
            } catch {
                Issue.record(error)
            }
            await engine.stop()
        }

        @Test func `what is built on a failed image keeps its own and says so`() async throws {
            let chain = try await Chain()
            #expect(try await chain.scenario.pass().status == 0)
            let before = try await chain.digests()
            try await chain.middle.commit(["Dockerfile": "FROM scratch\nCOPY nothing /\n"])
            try await chain.sources.commit(["leaf/file": "changed"])
            let pass = try await chain.scenario.pass()
            #expect(pass.status == 1)
            #expect(pass.events.contains { $0.hasPrefix("middle build failed: ") })
            #expect(
                pass.events.contains { $0.hasPrefix("leaf waits: base middle: ") && $0.hasSuffix("; its image stays") }
            )
            #expect(try await chain.digests() == before)
            try await chain.middle.commit(["nothing": "something"])
            let next = try await chain.scenario.pass()
            #expect(next.status == 0, "\(next.errors)")
            #expect(next.events.count { $0.hasPrefix("buildah [") } == 2)
        }

        @Test func `a ring stalls its images, spelled out, and no other`() async throws {
            let scenario = try await Scenario()
            let source = try await scenario.source("ring")
            for (name, base) in [("a", "b"), ("b", "c"), ("c", "a")] {
                try await source.commit(["\(name)/Dockerfile": "FROM \(scenario.kept.host)/\(base)\nCOPY . /\n"])
            }
            try await source.commit(["alone/Dockerfile": "FROM scratch\nCOPY . /\n"])
            try await scenario.desire(
                build: """
                    { "a": { "URL": "SOURCES/ring", "path": "a" }, "b": { "URL": "SOURCES/ring", "path": "b" },
                      "c": { "URL": "SOURCES/ring", "path": "c" }, "alone": { "URL": "SOURCES/ring", "path": "alone" } }
                    """
            )
            let pass = try await scenario.pass()
            #expect(pass.status == 1)
            let ring = "ring: a → b → c → a; let one of them be built on something else"
            #expect(pass.events.contains("a, b, c look failed: \(ring)"))
            #expect(try await scenario.keptDigest("alone:latest") != nil)
        }

        @Test func `a base from elsewhere is looked at, and one that cannot be looked at rebuilds nothing`()
            async throws
        {
            let scenario = try await Scenario()
            let source = try await scenario.source("one")
            let host = "\(scenario.upstream.host)"
            let base = try await scenario.publish("base:1", "base")
            try await source.commit(["Dockerfile": "ARG V\nFROM \(host)/base:${V:-1}\nCOPY Dockerfile /\n"])
            try await source.commit(["pinned/Dockerfile": "FROM \(host)/base:1@\(base.digest)\nCOPY Dockerfile /\n"])
            try await source.commit(["fixed/Dockerfile": "FROM \(host)/base:1\nCOPY Dockerfile /\n"])
            try await scenario.desire(
                build: """
                    { "one": { "URL": "SOURCES/one" }, "pinned": { "URL": "SOURCES/one", "path": "pinned" },
                      "fixed": { "URL": "SOURCES/one", "path": "fixed", "followBases": false } }
                    """
            )
            let first = try await scenario.pass()
            #expect(first.status == 0, "\(first.errors)")
            let moved = try await scenario.publish("base:1", "moved")
            let plan = try await scenario.reconcile(["plan"])
            let change = "base \(host)/base:1 \(base.digest.short)→\(moved.digest.short)"
            #expect(plan.lines == ["build one: \(change)", "1 to build, 2 in line"])
            #expect(try await scenario.pass().events.last == "pass: 2 in line, 1 put right")
            try await scenario.client.delete(moved.digest, from: scenario.upstream.repository("base"))
            #expect(try await scenario.pass().events == ["pass: 3 in line"])
        }
    }
}

/// A mirrored base, what is built on it, and what is built on that, out of two repositories.
private struct Chain {
    let scenario: Scenario
    let middle: SourceRepository
    let sources: SourceRepository

    init() async throws {
        scenario = try await Scenario()
        try await scenario.publish("base:1", "base")
        middle = try await scenario.source("middle")
        sources = try await scenario.source("sources")
        try await middle.commit(["Dockerfile": "FROM \(scenario.upstream.host)/base:1\nCOPY Dockerfile /middle\n"])
        try await sources.commit([
            "leaf/Dockerfile": "FROM \(scenario.kept.host)/middle\nCOPY . /leaf\n",
            "other/Dockerfile": "FROM scratch\nCOPY . /other\n",
        ])
        try await scenario.desire(
            build: """
                { "leaf": { "URL": "SOURCES/sources", "path": "leaf" }, "middle": { "URL": "SOURCES/middle" },
                  "other": { "URL": "SOURCES/sources", "path": "other" } }
                """,
            mirror: #"[{ "image": "UPSTREAM/base:1", "as": "base" }]"#
        )
    }

    func digests() async throws -> [Digest?] { try await scenario.digests(["base:1", "middle:latest", "leaf:latest"]) }

    /// How often the base's manifest was loaded from upstream.
    func upstreamPulls() throws -> Int {
        try scenario.upstream.requests.count { $0.hasPrefix("GET /v2/base/manifests/") }
    }
}
