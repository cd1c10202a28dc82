import Glibc
import Testing

@testable import Reconciler

extension EndToEnd {
    /// What is somebody else's is neither deleted nor written to, whatever folder is named.
    struct FolderTests {
        private func mirroring() async throws -> Scenario {
            let scenario = try await Scenario()
            try await scenario.publish("single:1", "single")
            try await scenario.desire(mirror: #"[{ "image": "UPSTREAM/single:1", "as": "single" }]"#)
            return scenario
        }

        /// Everything below a folder: names, owners, modes and contents.
        private func listing(_ folder: String) async throws -> String {
            try await shell("find . -printf '%p %u %m\\n' | sort; find . -type f | sort | xargs cat", in: folder)
        }

        @Test(arguments: ["--once", "force", "plan", "prune", "service"])
        func `a folder of the user's named as the state folder stays as it is`(command: String) async throws {
            let scenario = try await mirroring()
            try scenario.top.write("thesis", to: "mine/work/thesis.tex")
            try scenario.top.write("letter", to: "mine/desired/letter.txt")
            try await shell("chmod 755 mine", in: scenario.top.path)
            let before = try await listing(scenario.top.path + "/mine")
            let words = command == "force" ? ["force", "single"] : command == "service" ? [] : [command]
            let options = ["--state": scenario.top.path + "/mine", "--listen": "off"]
            let run = try await scenario.reconcile(words, options)
            #expect(run.status == 2)
            #expect(
                run.errors == "reconcile: \(scenario.top.path)/mine is not empty and no state folder of reconcile; "
                    + "name another with --state\n"
            )
            #expect(try await listing(scenario.top.path + "/mine") == before)
        }

        @Test func `pages and registry data that are somebody else's end it before anything is written`() async throws {
            let scenario = try await mirroring()
            try scenario.top.write("<h1>home</h1>", to: "site/index.html")
            let site = try await scenario.pass(["--public": scenario.top.path + "/site"])
            #expect(site.status == 2)
            #expect(site.errors.contains("would replace; name another with --public"))
            #expect(try fileKind(scenario.state) == nil)
            try scenario.top.write("package registry", to: "config/registry/registry.go")
            let embedded = try await scenario.pass(["--registry": "embedded:\(try Loopback.freePort())"])
            #expect(embedded.status == 2)
            #expect(embedded.errors.contains("config/registry is not empty and holds no registry; move it away"))
            #expect(try listFolder(scenario.config.path + "/registry") == ["registry.go"])
        }

        @Test func `plan and prune of a new installation leave nothing behind`() async throws {
            let scenario = try await mirroring()
            let source = try await scenario.source("one")
            try await source.commit(["Dockerfile": "FROM scratch\nCOPY Dockerfile /\n"])
            try await scenario.desire(build: #"{ "one": { "URL": "SOURCES/one" } }"#)
            try createFolder(scenario.top.path + "/tmp")
            let before = try await listing(scenario.config.path)
            for words in [["plan"], ["prune"]] {
                let run = try await scenario.reconcile(
                    words,
                    ["--registry": "embedded:\(try Loopback.freePort())"],
                    environment: ["TMPDIR": scenario.top.path + "/tmp"]
                )
                #expect(run.status == (words == ["plan"] ? 3 : 0), "\(run.errors)")
            }
            #expect(try fileKind(scenario.state) == nil)
            #expect(try listFolder(scenario.top.path + "/tmp") == [])
            #expect(try await listing(scenario.config.path) == before)
            #expect(try await scenario.pass().status == 0)
        }

        @Test(arguments: [true, false])
        func `what would stop another account's service is refused with the cure`(hasRun: Bool) async throws {
            let scenario = try await mirroring()
            if hasRun { #expect(try await scenario.pass().status == 0) }
            let owned = hasRun ? scenario.state : scenario.config.path
            #expect(chown(owned, 65_534, 65_534) == 0)
            for words in [["plan"], ["prune"], ["force", "single"]] {
                let run = try await scenario.reconcile(words)
                #expect(run.status == 1)
                #expect(
                    run.errors == "reconcile: use \(owned): it belongs to nobody, not to this account, root; "
                        + "run this as nobody: sudo -u nobody reconcile …\n"
                )
            }
            if !hasRun { #expect(try fileKind(scenario.state) == nil) }
        }

        @Test func `plan does not take whatever answers on the port for the embedded registry`() async throws {
            let scenario = try await mirroring()
            let stranger = try FakeServer { _ in .answer(200) }
            let plan = try await scenario.reconcile(["plan"], ["--registry": "embedded:\(stranger.port)"])
            #expect(plan.status == 1)
            #expect(plan.errors.contains("port \(stranger.port) of 127.0.0.1 is taken by another program; choose one"))
            #expect(stranger.requests.isEmpty)
        }

        @Test func `plan uses the registry that a pass beside it runs, and leaves it running`() async throws {
            let scenario = try await mirroring()
            let silent = try FakeServer { _ in .silence }
            try await scenario.desire(mirror: #"["\#(silent.address)/slow:1"]"#)
            let options = ["--registry": "embedded:\(try Loopback.freePort())"]
            let command = try scenario.command(["--once"], options)
            let pass = Task { await Children.run(command) }
            try await eventually("the pass looks") { !silent.requests.isEmpty }
            try await scenario.desire()
            let plan = try await scenario.reconcile(["plan"], options)
            #expect(plan.status == 0, "\(plan.errors)")
            let port = try #require(UInt16(options.values.first?.split(separator: ":").last ?? ""))
            #expect(Loopback.answers(port))
            pass.cancel()
            _ = await pass.value
        }
    }
}
