import Testing

@testable import Reconciler

extension CommandsEndToEnd {
    struct FailureTests {
        @Test func `each failure is one line that says what to do, and holds back nothing else`() async throws {
            let scenario = try await Scenario()
            let good = try await scenario.source("good")
            try await good.commit(["Dockerfile": "FROM scratch\nCOPY Dockerfile /\n"])
            let broken = try await scenario.source("broken")
            try await broken.commit(["Dockerfile": "FROM scratch\nCOPY nothing-of-this-name /\n"])
            try await scenario.publish("fine:1", "fine")
            let sick = try FakeServer { request in
                request.target.contains("/locked/") ? .wantsPassword : .answer(500)
            }
            let closed = try Loopback.freePort()
            try await scenario.desire(
                build: """
                    {
                      "good": { "URL": "SOURCES/good" },
                      "broken": { "URL": "SOURCES/broken" },
                      "unreachable": { "URL": "http://127.0.0.1:\(closed)/x.git" },
                      "no-folder": { "URL": "SOURCES/good", "path": "nowhere" },
                      "no-branch": { "URL": "SOURCES/good", "branch": "gone" },
                      "good:v2": { "URL": "SOURCES/good" }
                    }
                    """,
                mirror: """
                    [ { "image": "UPSTREAM/fine:1", "as": "fine" },
                      { "image": "UPSTREAM/fine:2", "as": "missing" },
                      { "image": "\(sick.address)/sick:1", "as": "sick" },
                      { "image": "\(sick.address)/locked:1", "as": "locked" } ]
                    """
            )
            let login = #"{"username":"me","password":"canary-4711"}"#
            try scenario.top.write(#"{"auths":{"\#(sick.address)":\#(login)}}"#, to: "home/.docker/config.json")

            let pass = try await scenario.pass()
            #expect(pass.status == 1)
            #expect(pass.events.last == "pass: 3 put right, 7 failing")
            for tag in ["good:latest", "good:v2", "fine:1"] { #expect(try await scenario.keptDigest(tag) != nil) }
            let url = scenario.top.path + "/sources/good"
            let head = try await good.run("git rev-parse HEAD").prefix(7)
            let told = pass.events.filter { $0.contains(" failed: ") }.sorted()
            #expect(told.count == 7, "\(told.joined(separator: "\n"))")
            func line(_ name: String) -> String { told.first { $0.hasPrefix(name + " ") } ?? "" }
            #expect(line("broken").hasPrefix("broken build failed: exit status 125: "), "\(line("broken"))")
            #expect(line("broken").contains("nothing-of-this-name"))
            #expect(line("unreachable").contains("fetch http://127.0.0.1:\(closed)/x.git: "))
            #expect(
                line("no-folder")
                    == "no-folder look failed: \(url): no folder nowhere in commit \(head); push it, or mend \"path\" and \"file\""
            )
            #expect(
                line("no-branch")
                    == "no-branch look failed: \(url) has no branch \"gone\"; push it, or mend \"branch\""
            )
            let upstream = "\(scenario.upstream.host)/fine:2"
            #expect(
                line("missing:2")
                    == "missing:2 look failed: \(upstream) is not there upstream; mend the tag, or remove the entry"
            )
            #expect(
                line("sick:1")
                    == "sick:1 look failed: HEAD http://\(sick.address)/v2/sick/manifests/1: 500, the registry failed; "
                    + "it is tried again; if it stays so, the log of \(sick.address) says why"
            )
            #expect(
                line("locked:1")
                    == "locked:1 look failed: HEAD http://\(sick.address)/v2/locked/manifests/1: 401, the credentials "
                    + "for \(sick.address) were rejected; run docker login \(sick.address)"
            )
            #expect(!pass.errors.contains("canary-4711"))

            let plan = try await scenario.reconcile(["plan"])
            #expect(plan.status == 1)
            #expect(plan.errors.split(separator: "\n").count == 6, "\(plan.errors)")
            #expect(plan.lines.last == "1 to build, 3 in line, 3 unknown, 3 stalled")
        }

        @Test func `what fails is tried again and told when it works`() async throws {
            let scenario = try await Scenario()
            let source = try await scenario.source("one")
            try await source.commit(["Dockerfile": "FROM scratch\nCOPY x /\n"])
            try await scenario.desire(build: #"{ "one": { "URL": "SOURCES/one" } }"#)
            let first = try await scenario.pass()
            #expect(first.status == 1)
            #expect(first.events.contains { $0.hasPrefix("    ") && $0.contains("COPY x /") }, "\(first.errors)")
            #expect(try await scenario.pass().status == 1, "no backoff holds --once")
            try await source.commit(["x": "1"])
            let last = try await scenario.pass()
            #expect(last.status == 0, "\(last.errors)")
            #expect(last.events.contains { $0.hasPrefix("one works again, after failing for ") })
        }

        @Test func `a source that went away leaves its image alone, and a deleted tag still comes back`() async throws {
            let scenario = try await Scenario()
            let source = try await scenario.source("one")
            try await source.commit(["Dockerfile": "FROM scratch\nCOPY Dockerfile /\n"])
            try await scenario.publish("single:1", "single")
            try await scenario.desire(
                build: #"{ "one": { "URL": "SOURCES/one" } }"#,
                mirror: #"[{ "image": "UPSTREAM/single:1", "as": "single" }]"#
            )
            #expect(try await scenario.pass().status == 0)
            let digests = try await scenario.digests(["one:latest", "single:1"])
            try await shell("mv one gone", in: scenario.top.path + "/sources")
            try await scenario.untag("one:latest")
            let pass = try await scenario.pass()
            #expect(pass.status == 1, "the source could not be looked at")
            #expect(try await scenario.digests(["one:latest", "single:1"]) == digests)
            #expect(pass.events.contains { $0.hasPrefix("put back one latest ") }, "\(pass.errors)")
        }

        @Test func `a registry that does not answer yet is waited for`() async throws {
            let scenario = try await Scenario()
            let single = try await scenario.publish("single:1", "single")
            try await scenario.desire(mirror: #"[{ "image": "UPSTREAM/single:1", "as": "single" }]"#)
            let port = try Loopback.freePort()
            let command = try scenario.command(["--once"], ["--registry": "127.0.0.1:\(port)"])
            let pass = Task { await Children.run(command, limit: .seconds(60)) }
            try await eventually("the pass has begun") { try fileKind(scenario.state + "/lock") != nil }
            let late = try await DockerRegistry(port: port)
            let finished = await pass.value
            #expect(finished.termination == .exited(0), "\(finished.errors.text)")
            let stored = await scenario.client.head(try late.image("single:1"))
            #expect(stored.map(\.digest) == .present(single.digest))
        }

        @Test func `a config repo that nobody can look at is a failure, though all else is in line`() async throws {
            let scenario = try await Scenario()
            let single = try await scenario.publish("single:1", "single")
            try await scenario.desire(mirror: #"[{ "image": "UPSTREAM/single:1", "as": "single" }]"#)
            let monitor = try FakeServer { _ in .answer(200) }
            let pages = scenario.top.path + "/public"
            let options = ["--ping": monitor.url + "/key", "--public": pages]
            try await shell("git clone -q --bare config host.git", in: scenario.top.path)
            try await scenario.config.run("git remote add origin ../host.git; git fetch -q; git branch -u origin/main")
            #expect(try await scenario.pass(options).status == 0)
            try await shell("mv host.git gone.git", in: scenario.top.path)
            let pass = try await scenario.pass(options)
            #expect(pass.status == 1)
            #expect(pass.errors.contains("config ls-remote \(scenario.top.path)/"), "\(pass.errors)")
            #expect(pass.events == ["pass: 1 in line"])
            #expect(monitor.lines == ["GET /key", "GET /key/fail"])
            let plan = try await scenario.reconcile(["plan"], options)
            #expect(plan.status == 1)
            #expect(plan.lines == ["1 in line"])
            let status = try await scenario.reconcile(["status"], options)
            #expect(status.status == 1)
            #expect(status.lines.contains { $0.hasPrefix("config ls-remote ") }, "\(status.output)")
            let metrics = String(decoding: try readFile(pages + "/metrics", atMost: 1 << 20), as: UTF8.self)
            #expect(metrics.contains("\nreconcile_configuration_seen 0\n"))
            try await shell("mv gone.git host.git", in: scenario.top.path)
            #expect(try await scenario.pass(options).status == 0)
            #expect(try await scenario.reconcile(["status"], options).status == 0)
            #expect(try await scenario.keptDigest("single:1") == single.digest)
        }

        @Test func `the monitor is told of each pass that could not even begin`() async throws {
            let scenario = try await Scenario()
            let monitor = try FakeServer { _ in .answer(200) }
            let options = ["--ping": monitor.url + "/key"]
            try await scenario.desire(mirror: "[")
            #expect(try await scenario.pass(options).status == 2)
            let secrets = try await scenario.pass(options.merging(["--secrets": "/nowhere"]) { $1 })
            #expect(secrets.status == 1)
            try await scenario.desire()
            let away = try await scenario.pass(options.merging(["--registry": "127.0.0.1:1"]) { $1 })
            #expect(away.status == 1)
            #expect(monitor.lines == Array(repeating: "GET /key/fail", count: 3))
        }
    }
}
