import Testing

@testable import Reconciler

extension CommandsEndToEnd {
    struct PagesTests {
        private func text(_ scenario: Scenario, _ name: String) throws -> String {
            String(decoding: try readFile("\(scenario.config.path)/public/\(name)", atMost: 4 << 20), as: UTF8.self)
        }

        private func broken() async throws -> Scenario {
            let scenario = try await Scenario()
            let source = try await scenario.source("one")
            try await source.commit([
                "Dockerfile": "FROM scratch\nCOPY Dockerfile /\n",
                "broken/Dockerfile": "FROM scratch\nCOPY nothing /\n",
            ])
            let entries = #""one": { "URL": "SOURCES/one" }, "broken": { "URL": "SOURCES/one", "path": "broken" }"#
            try await scenario.desire(build: "{ \(entries) }", mirror: "[]")
            return scenario
        }

        @Test func `a pass leaves pages, the output of each build, and a log in a file`() async throws {
            let scenario = try await broken()
            let log = scenario.config.path + "/reconcile.log"
            let pass = try await scenario.reconcile(["--once", "--log", log])
            #expect(pass.status == 1)
            #expect(pass.errors == "")
            #expect(
                String(decoding: try readFile(log, atMost: 1 << 20), as: UTF8.self) == (try text(scenario, "log.txt"))
            )
            #expect(try text(scenario, "log.txt").hasSuffix(" pass: 1 put right, 1 failing\n"))
            let status = try JSONReader.read(Array(try text(scenario, "status.json").utf8))
            #expect(status["images"]?.array?.map { $0["state"]?.string } == ["in-line", "failing"])
            #expect(status["images"]?.array?.map { $0["runs"]?.array?.count } == [1, 1])
            #expect(try text(scenario, "metrics").contains("reconcile_image_in_line{image=\"one\",kind=\"build\"} 1\n"))
            #expect(try text(scenario, "logs/one.txt").contains("COPY Dockerfile /"))
            #expect(try text(scenario, "logs/broken.txt").contains("\nfailed: "))
            #expect(try text(scenario, "index.html").contains("1 of 2 images fails"))
        }

        @Test func `status tells how every image stands, with and without the pages`() async throws {
            let scenario = try await broken()
            let before = try await scenario.reconcile(["status"])
            #expect(before.status == 0)
            #expect(before.output.hasSuffix("2 waiting; no pass yet\n"))
            _ = try await scenario.reconcile(["--once"])
            for _ in 1...2 {
                let all = try await scenario.reconcile(["status"])
                #expect(all.status == 1)
                #expect(
                    all.lines.map { $0.prefix(16) }.prefix(3) == [
                        "IMAGE   STATE   ", "broken  failing ", "one     in-line ",
                    ]
                )
                #expect(try await scenario.reconcile(["status", "one"]).status == 0)
                let failing = try await scenario.reconcile(["status", "--failing", "--json"])
                #expect(failing.status == 1)
                let json = try JSONReader.read(Array(failing.output.utf8))
                #expect(json["images"]?.array?.map { $0["image"]?.string } == ["broken"])
                // The second time round the state file has to do.
                try removeTree(scenario.config.path + "/public")
            }
            let wrong = try await scenario.reconcile(["status", "brokn"])
            #expect(wrong.status == 1)
            #expect(wrong.errors == "reconcile: no image matches \"brokn\"; did you mean \"broken\"?\n")
        }
    }
}
