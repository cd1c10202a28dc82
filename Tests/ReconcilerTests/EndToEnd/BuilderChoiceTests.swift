import Testing

@testable import Reconciler

extension EndToEnd {
    struct BuilderChoiceTests {
        @Test func `a docker engine, podman and buildah converge the same configuration`() async throws {
            let engine = try await DockerEngine()
            do { try await convergeWithEach(engine.environment) } catch { Issue.record(error) }
            await engine.stop()
        }

        private func convergeWithEach(_ engine: [String: String]) async throws {
            for builder in ["auto", "podman", "buildah"] {
                let scenario = try await Scenario()
                let source = try await scenario.source("one")
                try await source.commit(["Dockerfile": "FROM scratch\nARG A\nLABEL a=$A\nCOPY Dockerfile /\n"])
                try await scenario.desire(
                    build: """
                        { "one": { "URL": "SOURCES/one", "args": { "A": "b c" }, "tags": ["latest", "{short}"] } }
                        """
                )
                let pass = try await scenario.reconcile(["--once"], ["--builder": builder], environment: engine)
                #expect(pass.status == 0, "\(builder): \(pass.errors)")
                let program = builder == "auto" ? "docker" : builder
                #expect(pass.events.first?.hasPrefix("builder \(program) ") == true)
                let short = try await source.run("git rev-parse --short=12 HEAD").trimmingSpaces
                let digests = try await scenario.digests(["one:latest", "one:\(short)"])
                #expect(digests[0] != nil && digests[0] == digests[1])
                #expect(try await scenario.labels("one:latest")["a"] == "b c")
                let again = try await scenario.reconcile(["plan"], ["--builder": builder], environment: engine)
                #expect(again.output == "1 in line\n", "\(builder): \(again.errors)")
            }
        }

        @Test func `a builder that is not there fails the builds and nothing else`() async throws {
            let scenario = try await Scenario()
            let source = try await scenario.source("one")
            try await source.commit(["Dockerfile": "FROM scratch\nCOPY Dockerfile /\n"])
            try await scenario.publish("single:1", "single")
            try await scenario.desire(
                build: #"{ "one": { "URL": "SOURCES/one" } }"#,
                mirror: #"[{ "image": "UPSTREAM/single:1", "as": "single" }]"#
            )
            let nowhere = ["DOCKER_HOST": "unix:///nowhere/s"]
            let pass = try await scenario.reconcile(["--once"], ["--builder": "docker"], environment: nowhere)
            #expect(pass.status == 1)
            #expect(pass.events.last == "pass: 1 put right, 1 failing")
            #expect(pass.events.contains { $0.hasPrefix("one build failed: docker: ") }, "\(pass.errors)")
        }
    }
}
