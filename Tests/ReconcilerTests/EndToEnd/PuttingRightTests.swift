import Testing

@testable import Reconciler

extension EndToEnd {
    /// What changes after a first pass, and that exactly this is done again.
    struct PuttingRightTests {
        @Test func `a commit in one folder rebuilds the one image that is made of it`() async throws {
            let example = try await Example()
            let scenario = example.scenario
            #expect(try await scenario.pass().status == 0)
            let before = try await scenario.digests(Example.built)
            let old = try await example.exercises.run("git rev-parse HEAD")
            let new = try await example.exercises.commit(["go/test": "another test", "README": "changed too"])

            let plan = try await scenario.reconcile(["plan"])
            #expect(plan.status == 3)
            let expected = "build test-go: commit \(old.prefix(7))→\(new.short) touches go: \(new.short) change"
            #expect(plan.lines == [expected, "1 to build, 6 in line"])
            #expect(try await scenario.digests(Example.built) == before, "a plan changes nothing")

            let pass = try await scenario.pass()
            #expect(pass.status == 0, "\(pass.errors)")
            #expect(pass.events.last == "pass: 6 in line, 1 put right")
            #expect(pass.events.count { $0.hasPrefix("buildah [") } == 1)
            let after = try await scenario.digests(Example.built)
            #expect(zip(before, after).map { $0 == $1 } == [true, false, true, true, true])
            #expect(try await scenario.reconcile(["plan"]).status == 0)
        }

        @Test func `a commit outside every context rebuilds nothing`() async throws {
            let example = try await Example()
            #expect(try await example.scenario.pass().status == 0)
            try await example.exercises.commit(["README": "words"])
            let pass = try await example.scenario.pass()
            #expect(pass.status == 0)
            #expect(pass.events == ["pass: 7 in line"])
        }

        @Test func `a moved upstream tag, a deleted and an overwritten tag are put right, and nothing else`()
            async throws
        {
            let example = try await Example()
            let scenario = example.scenario
            #expect(try await scenario.pass().status == 0)
            let before = try await scenario.digests(Example.built)

            let moved = try await scenario.publishIndex("multi:2", "moved")
            try await scenario.untag("test-js:latest")
            try await scenario.untag("pinned:3")
            let foreign = try await scenario.client.putImage(scenario.kept.image("api:main"), layers: ["foreign"])

            let plan = try await scenario.reconcile(["plan"])
            #expect(plan.status == 3)
            let api = try #require(before[3]).short
            #expect(
                plan.lines.dropLast() == [
                    "put back test-js: latest is missing in the registry",
                    "put back api: main is \(foreign.digest.short) in the registry, not \(api)",
                    "copy multi:2: upstream \(example.index.digest.short)→\(moved.digest.short)",
                    "put back pinned:3: 3 is missing in the registry",
                    "1 to copy, 3 to put back, 3 in line",
                ]
            )
            #expect(plan.lines.last?.hasSuffix(": 2") == true, "a pull for each platform of the moved index")
            let asked = try scenario.kept.requests.count
            let pass = try await scenario.pass()
            #expect(pass.status == 0, "\(pass.errors)")
            #expect(pass.events.last == "pass: 3 in line, 4 put right")
            #expect(!pass.events.contains { $0.hasPrefix("buildah [") })
            let changed = try scenario.kept.requests.dropFirst(asked).filter { $0.hasPrefix("PUT ") }
            let places = Set(changed.map { $0.split(separator: "/")[2] })
            #expect(places == ["test-js", "api", "multi", "pinned"], "nothing else is touched: \(changed)")
            #expect(try await scenario.digests(Example.built) == before)
            #expect(try await scenario.keptDigest("multi:2") == moved.digest)
            #expect(try await scenario.keptDigest("pinned:3") == example.pinned.digest)
            #expect(try await scenario.reconcile(["plan"]).status == 0)
        }

        @Test func `what the registry has lost altogether is built and copied again`() async throws {
            let scenario = try await Scenario()
            let source = try await scenario.source("one")
            try await source.commit(["Dockerfile": "FROM scratch\nCOPY Dockerfile /\n"])
            let single = try await scenario.publish("single:1", "single")
            try await scenario.desire(
                build: #"{ "one": { "URL": "SOURCES/one" } }"#,
                mirror: #"[{ "image": "UPSTREAM/single:1", "as": "single" }]"#
            )
            #expect(try await scenario.pass().status == 0)
            let built = try #require(try await scenario.keptDigest("one:latest"))
            try await scenario.client.delete(built, from: scenario.kept.repository("one"))
            try await scenario.client.delete(single.digest, from: scenario.kept.repository("single"))
            let pass = try await scenario.pass()
            #expect(pass.status == 0, "\(pass.errors)")
            #expect(pass.events.last == "pass: 2 put right")
            #expect(pass.events.count { $0.hasPrefix("buildah [") } == 1)
            #expect(try await scenario.keptDigest("one:latest") != nil)
            #expect(try await scenario.keptDigest("single:1") == single.digest)
        }
    }
}
