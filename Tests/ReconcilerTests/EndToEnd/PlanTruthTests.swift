import Testing

@testable import Reconciler

extension CommandsEndToEnd {
    /// That a plan says what the next pass then does.
    struct PlanTruthTests {
        @Test func `with too little space nothing starts, the plan says so, and it heals by itself`() async throws {
            let scenario = try await Scenario()
            try await scenario.publish("fine:1", "fine")
            try await scenario.config.commit(["Dockerfile": "FROM scratch\nCOPY Dockerfile /\n"])
            try await scenario.desire(
                build: #"{ "own": { "URL": "." } }"#,
                mirror: #"[{ "image": "UPSTREAM/fine:1", "as": "fine" }]"#
            )
            let full = ["--disk-floor": "9000TB"]
            let why = "less than --disk-floor 9000.0 TB is free at \(scenario.state); free some space"
            let early = try await scenario.reconcile(["plan"], full)
            #expect(
                early.status == 1 && early.errors.contains("nothing can be built or copied: \(why)"),
                "\(early.errors)"
            )
            let first = try await scenario.pass(full)
            #expect(first.status == 1 && first.events.last == "pass: 2 failing", "\(first.errors)")
            #expect(first.errors.contains("failed: \(why)"), "\(first.errors)")
            for image in ["fine:1", "own:latest"] { #expect(try await scenario.keptDigest(image) == nil) }
            let plan = try await scenario.reconcile(["plan"], full)
            #expect(plan.status == 1)
            #expect(plan.errors.contains("nothing can be built or copied: \(why)"), "\(plan.errors)")
            #expect(plan.lines.first == "build own: never built")
            #expect(try await scenario.reconcile(["plan"]).status == 3)
            #expect(try await scenario.pass().status == 0)
            #expect(try await scenario.pass(full).events == ["pass: 2 in line"])
            #expect(try await scenario.reconcile(["plan"], full).status == 0)
        }

        @Test func `an image that the registry has lost is copied again, and the plan does not say it is put back`()
            async throws
        {
            let scenario = try await Scenario()
            let manifest = try await scenario.publish("fine:1", "fine")
            try await scenario.publish("fine:2", "other")
            try await scenario.desire(mirror: #"[{ "image": "UPSTREAM/fine", "tags": ["1", "2"], "as": "fine" }]"#)
            #expect(try await scenario.pass().status == 0)
            try await scenario.client.delete(
                manifest.digest,
                from: ImageRepository(of: scenario.kept.image("fine:1"))
            )
            try await scenario.untag("fine:2")
            let plan = try await scenario.reconcile(["plan"])
            #expect(plan.lines.contains("copy fine:1: 1 is missing in the registry"), "\(plan.output)")
            #expect(plan.lines.contains("1 to copy, 1 to put back, 0 in line"))
            let pass = try await scenario.pass()
            #expect(pass.events.contains { $0.hasPrefix("mirror fine:1 ") }, "\(pass.errors)")
            #expect(pass.events.contains { $0.hasPrefix("put back fine:2 ") })
        }

        @Test func `what waits for a failing base is counted as waiting, though it was in a ring before`() async throws
        {
            let scenario = try await Scenario()
            let app = try await scenario.source("app")
            for (name, base) in [("app", "web"), ("web", "app")] {
                let dockerfile = "FROM \(scenario.kept.host)/\(base)\nCOPY Dockerfile /\n"
                try await scenario.source(name).commit(["Dockerfile": dockerfile])
            }
            try await scenario.desire(
                build: #"{ "app": { "URL": "SOURCES/app" }, "web": { "URL": "SOURCES/web" } }"#
            )
            let ring = try await scenario.pass()
            #expect(ring.events.last == "pass: 2 failing" && ring.errors.contains("ring: app → web → app"))
            try await app.commit(["Dockerfile": "FROM scratch\nCOPY nope /\n"])
            let pass = try await scenario.pass()
            #expect(pass.events.last == "pass: 1 waiting, 1 failing", "\(pass.errors)")
            #expect(pass.events.contains { $0.hasPrefix("web works again, after failing for ") })
        }

        @Test func `while the registry is away a plan is a failure, whatever has changed`() async throws {
            let scenario = try await Scenario()
            let source = try await scenario.source("one")
            try await source.commit(["Dockerfile": "FROM scratch\nCOPY Dockerfile /\n"])
            try await scenario.desire(build: #"{ "one": { "URL": "SOURCES/one" } }"#)
            #expect(try await scenario.pass().status == 0)
            try await source.commit(["Dockerfile": "FROM scratch\nCOPY Dockerfile /\nLABEL a=b\n"])
            #expect(try await scenario.reconcile(["plan"]).status == 3)
            let away = ["--registry": "127.0.0.1:\(try Loopback.freePort())"]
            let plan = try await scenario.reconcile(["plan"], away)
            #expect(plan.status == 1)
            #expect(plan.errors.contains("nothing can be built or copied: registry 127.0.0.1:"), "\(plan.errors)")
            #expect(plan.errors.contains(" does not answer"))
        }

        @Test func `a plan looks no deeper into images than the next pass`() async throws {
            let scenario = try await Scenario()
            let index = try await scenario.publishIndex("multi:2", "multi")
            try await scenario.desire(mirror: #"[{ "image": "UPSTREAM/multi", "tags": ["2"], "as": "multi" }]"#)
            #expect(try await scenario.pass().status == 0)
            #expect(try await scenario.pass().status == 0)
            guard case .index(let children) = try ManifestContent(index) else { return #expect(Bool(false)) }
            try await scenario.client.delete(
                children[0].manifest.digest,
                from: ImageRepository(of: scenario.kept.image("multi:2"))
            )
            let plan = try await scenario.reconcile(["plan"])
            let pass = try await scenario.pass()
            #expect(
                (plan.status == 3) == pass.events.contains { $0.hasPrefix("mirror ") },
                "\(plan.output)\(pass.errors)"
            )
        }
    }
}
