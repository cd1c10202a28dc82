import Glibc
import Testing

@testable import Reconciler

extension CommandsEndToEnd {
    struct CommandTests {
        /// A scenario with one image to build and one to mirror.
        private func small() async throws -> Scenario {
            let scenario = try await Scenario()
            let source = try await scenario.source("one")
            try await source.commit(["Dockerfile": "FROM scratch\nCOPY Dockerfile /\n"])
            try await scenario.publish("single:1", "single")
            try await scenario.desire(build: Self.build, mirror: Self.mirror)
            return scenario
        }

        private static let build = #"{ "one": { "URL": "SOURCES/one" } }"#
        private static let mirror = #"[{ "image": "UPSTREAM/single:1", "as": "single" }]"#

        @Test func `force has the next pass do an image again, and only that pass`() async throws {
            let scenario = try await small()
            #expect(try await scenario.pass().status == 0)
            let force = try await scenario.reconcile(["force", "on?", "single"])
            #expect(force.status == 0)
            #expect(force.output == "2 images will be done again in the next pass\n")
            let plan = try await scenario.reconcile(["plan"])
            #expect(plan.status == 3)
            let work = ["build one: forced", "copy single:1: forced", "1 to build, 1 to copy, 0 in line"]
            #expect(plan.lines.dropLast() == work)
            #expect(plan.lines.last?.hasPrefix("pulls 127.0.0.1:") == true)
            let pass = try await scenario.pass()
            #expect(pass.status == 0, "\(pass.errors)")
            #expect(pass.events.last == "pass: 2 put right")
            #expect(try await scenario.pass().events == ["pass: 2 in line"])
            let wrong = try await scenario.reconcile(["force", "onn"])
            #expect(wrong.status == 1)
            #expect(wrong.errors == "reconcile: no image matches \"onn\"; did you mean \"one\"?\n")
            let two = try await scenario.reconcile(["force", "one", "nothing-like-it"])
            #expect(two.errors == "reconcile: no image matches \"nothing-like-it\"; nothing was noted\n")
            #expect(try await scenario.reconcile(["plan"]).status == 0)
        }

        @Test func `force takes an image by any name that people have for it`() async throws {
            let scenario = try await small()
            #expect(try await scenario.pass().status == 0)
            let (kept, upstream) = (scenario.kept.host, scenario.upstream.host)
            for (name, image) in [
                ("\(kept)/one", "build one"), ("\(kept)/single:1", "copy single:1"),
                ("\(upstream)/single:1", "copy single:1"), ("\(upstream)/single", "copy single:1"),
                ("hub.example/o*", "build one"),
            ] {
                let force = try await scenario.reconcile(["force", name], ["--public-name": "hub.example"])
                #expect(force.output == "1 image will be done again in the next pass\n", "\(name): \(force.errors)")
                #expect(try await scenario.reconcile(["plan"]).lines.first == "\(image): forced")
                try removeTree(scenario.state + "/force")
            }
        }

        @Test func `a config folder that is not there is not made`() async throws {
            let scenario = try await Scenario()
            let folder = scenario.top.path + "/mistyped"
            for command in [["--once"], ["plan"], []] {
                let run = try await scenario.reconcile(command, ["--config": folder, "--state": folder + "/state"])
                #expect(run.status == 2)
                #expect(
                    run.errors == "desired: resolve \(folder): No such file or directory; "
                        + "name the config repo's checkout with --config\n"
                )
            }
            #expect(access(folder, F_OK) != 0)
        }

        @Test func `a service without anything to begin with ends with 2, and tells the monitor`() async throws {
            let scenario = try await Scenario()
            let monitor = try FakeServer { _ in .answer(200) }
            try await scenario.config.run("git rm -rq desired; git commit -qm none")
            let run = try await scenario.reconcile([], ["--ping": monitor.url + "/key", "--listen": "off"])
            #expect(run.status == 2)
            let seen = "desired: there is no such folder in \(scenario.config.path); "
            #expect(run.errors.hasSuffix(seen + "name the config repo's checkout with --config\n"))
            #expect(monitor.lines == ["GET /key/fail"])
        }

        @Test func `what is paused is not even looked at`() async throws {
            let scenario = try await small()
            try await scenario.desire(
                build: #"{ "one": { "URL": "SOURCES/one", "paused": true } }"#,
                mirror: #"[{ "image": "UPSTREAM/single:1", "as": "single", "paused": true }]"#
            )
            let asked = try scenario.upstream.requests.count
            let plan = try await scenario.reconcile(["plan"])
            #expect(plan.status == 0)
            #expect(plan.lines == ["paused one", "paused single:1", "0 in line, 2 paused"])
            let pass = try await scenario.pass()
            #expect(pass.status == 0)
            #expect(pass.events == ["pass: 2 paused"])
            #expect(try scenario.kept.requests.filter { $0.contains("/manifests/") } == [])
            #expect(try scenario.upstream.requests.count == asked)
            #expect(try fileKind(scenario.state + "/git") == nil)
        }

        @Test func `check counts what is desired, or names every fault, without network or state`() async throws {
            let scenario = try await small()
            let check = try await scenario.reconcile(["check"])
            #expect(check.status == 0)
            #expect(check.output == "desired/ is valid: 1 image to build, 1 tag to mirror, 0 webhooks\n")
            #expect(try fileKind(scenario.state) == nil)
            try await scenario.desire(
                build: #"{ "one": { "URL": "SOURCES/one", "pth": "a" }, "one": { "URL": "ext::sh" } }"#,
                mirror: #"["UPSTREAM/single:"]"#
            )
            for words in [["check"], ["--once"], ["plan"]] {
                let refused = try await scenario.reconcile(words)
                #expect(refused.status == 2)
                #expect(refused.output == "")
                let lines = refused.events
                #expect(lines.contains("desired/build.json:1: one: unknown key \"pth\" (did you mean \"path\"?)"))
                #expect(lines.count == 4 && lines.last?.hasPrefix("desired/mirror.json:1: ") == true, "\(lines)")
            }
            #expect(try scenario.kept.requests == [])
        }

        @Test func `a secret that nobody has is said, and a fault where the secrets file is given`() async throws {
            let scenario = try await Scenario()
            let headers = #""headers": { "Authorization": "Bearer ${TOKEN}" }"#
            try await scenario.desire(webhooks: #"[{ "url": "https://a.example/x?y=z", \#(headers) }]"#)
            let line = "webhook https://a.example/x wants the secret TOKEN, which is not there; "
            let check = try await scenario.reconcile(["check"])
            #expect(check.status == 0)
            #expect(check.errors == line + "start with --secrets FILE that has TOKEN=…\n")
            for (words, status) in [(["check"], 2), (["plan"], 0), (["--once"], 0)] as [([String], Int32)] {
                try writeFile(scenario.top.path + "/secrets", Array("OTHER=1\n".utf8))
                let run = try await scenario.reconcile(words, ["--secrets": scenario.top.path + "/secrets"])
                #expect(run.status == status, "\(words)")
                #expect(run.errors.contains(line + "add TOKEN=… to the secrets file\n"))
            }
        }

        @Test func `while one holds the state folder another touches nothing, and a signal ends the first`()
            async throws
        {
            let scenario = try await small()
            let silent = try FakeServer { _ in .silence }
            try await scenario.desire(build: Self.build, mirror: #"["\#(silent.address)/slow:1"]"#)
            let command = try scenario.command(["--once"])
            let first = Task { await Children.run(command) }
            try await eventually("the first pass looks") { !silent.requests.isEmpty }
            let second = try await scenario.pass()
            #expect(second.status == 75)
            #expect(second.errors == "", "cron must not send a mail every five minutes")
            #expect(try await scenario.reconcile(["force", "one"]).status == 0)
            let begin = ContinuousClock.now
            first.cancel()
            let finished = await first.value
            #expect(finished.termination == .cancelled)
            #expect(ContinuousClock.now - begin < .seconds(30), "it ends by itself: \(finished.errors.text)")
            try await scenario.desire(build: Self.build, mirror: Self.mirror)
            #expect(try await scenario.pass().status == 0)
        }

        @Test func `a dot means the repository that asks, at its commit`() async throws {
            let scenario = try await Scenario()
            try await scenario.config.commit(["desired/example/Dockerfile": "FROM scratch\nCOPY . /\n"])
            try await scenario.desire(build: #"{ "example": { "URL": ".", "path": "desired/example" } }"#)
            try writeFile(scenario.config.path + "/desired/example/untracked", Array("never in an image".utf8))
            let pass = try await scenario.pass()
            #expect(pass.status == 0, "\(pass.errors)")
            let digest = try await scenario.keptDigest("example:latest")
            #expect(try await scenario.pass().events == ["pass: 1 in line"], "what is not committed is no drift")
            try await scenario.config.commit([:])
            let next = try await scenario.pass()
            #expect(next.events.last == "pass: 1 put right")
            #expect(try await scenario.keptDigest("example:latest") != digest)
        }
    }
}
