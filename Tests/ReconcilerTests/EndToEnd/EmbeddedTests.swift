import Testing

@testable import Reconciler

extension CommandsEndToEnd {
    struct EmbeddedTests {
        private func scenario() async throws -> Scenario {
            let scenario = try await Scenario()
            try await scenario.publish("single:1", "single")
            try await scenario.desire(mirror: #"[{ "image": "UPSTREAM/single:1", "as": "single" }]"#)
            return scenario
        }

        @Test func `an embedded registry is started, filled, stopped, and found as it was`() async throws {
            let scenario = try await scenario()
            let port = try Loopback.freePort()
            let options = ["--registry": "embedded:\(port)"]
            let pass = try await scenario.pass(options)
            #expect(pass.status == 0, "\(pass.errors)")
            #expect(pass.events.last == "pass: 1 put right")
            #expect(!Loopback.answers(port))
            #expect(try fileKind(scenario.config.path + "/registry/docker") == .folder)
            #expect(try await scenario.pass(options).events == ["pass: 1 in line"])
            #expect(!Loopback.answers(port))
        }

        @Test func `one that a killed run left is taken over and stopped`() async throws {
            let scenario = try await scenario()
            let silent = try FakeServer { _ in .silence }
            try await scenario.desire(mirror: #"[{ "image": "\#(silent.address)/slow:1", "as": "slow" }]"#)
            let port = try Loopback.freePort()
            let options = ["--registry": "embedded:\(port)"]
            let command = try scenario.command(["--once"], options)
            var killed: ServerProcess? = try await ServerProcess(
                [command.program] + command.arguments,
                in: scenario.top,
                answersOn: port
            )
            try await eventually("the first run looks") { !silent.requests.isEmpty }
            withExtendedLifetime(killed) {}
            killed = nil
            #expect(Loopback.answers(port), "the registry outlives a killed run")
            try await scenario.desire(mirror: #"[{ "image": "UPSTREAM/single:1", "as": "single" }]"#)
            let pass = try await scenario.pass(options)
            #expect(pass.status == 0, "\(pass.errors)")
            #expect(!Loopback.answers(port))
        }

        @Test func `without its program there are two ways out, and exit status 2`() async throws {
            let scenario = try await scenario()
            try scenario.top.write("", to: "bin/.empty")
            try await shell("ln -s $(command -v git) bin/git", in: scenario.top.path)
            let port = try Loopback.freePort()
            let options = ["--registry": "embedded:\(port)"]
            let path = ["PATH": scenario.top.path + "/bin"]
            let pass = try await scenario.reconcile(["--once"], options, environment: path)
            #expect(pass.status == 2)
            #expect(pass.errors.contains("apt-get install docker-registry"))
            #expect(pass.errors.contains("docker run"))
        }
    }
}
