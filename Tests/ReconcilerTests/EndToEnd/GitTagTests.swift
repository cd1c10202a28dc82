import Testing

@testable import Reconciler

extension EndToEnd {
    /// Images that are built from git tags, from the first pass to a lost state folder.
    struct GitTagTests {
        /// A scenario with a source that has these git tags, each on a commit of its own.
        private func scenario(_ tags: String...) async throws -> (Scenario, SourceRepository) {
            let scenario = try await Scenario()
            let source = try await scenario.source("one")
            for tag in tags { try await release(tag, of: source) }
            return (scenario, source)
        }

        private func release(_ tag: String, of source: SourceRepository) async throws {
            try await source.commit(["Dockerfile": "FROM scratch\nCOPY Dockerfile /\nLABEL v=\(tag)\n"])
            try await source.run("git tag \(tag)")
        }

        private func desire(_ scenario: Scenario, _ members: String) async throws {
            try await scenario.desire(build: #"{ "one": { "URL": "SOURCES/one", "gitTags": "v*", \#(members) } }"#)
        }

        @Test func `each git tag's image is in the status, and can be forced by its name`() async throws {
            let (scenario, _) = try await scenario("v1", "v2")
            try await desire(scenario, #""newest": 2"#)
            #expect(try await scenario.pass().status == 0)
            let status = try await scenario.reconcile(["status"])
            #expect(status.lines.map { String($0.prefix(6)) }.contains("one:v1"), "\(status.output)")
            #expect(status.output.contains("2 in line"))
            #expect(try await scenario.reconcile(["force", "one:v1"]).status == 0)
            #expect(try await scenario.reconcile(["plan"]).lines.first == "build one:v1: forced")
        }

        @Test func `a lost state folder brings back what was built, and builds none of the older git tags`()
            async throws
        {
            let (scenario, source) = try await scenario("v1", "v2")
            try await desire(scenario, #""tags": ["{tag}", "latest"]"#)
            #expect(try await scenario.pass().events.last == "pass: 1 put right")
            try await release("v3", of: source)
            #expect(try await scenario.pass().events.last == "pass: 1 in line, 1 put right")
            try removeTree(scenario.state)
            #expect(try await scenario.reconcile(["plan"]).lines == ["2 in line"])
            #expect(try await scenario.pass().events == ["pass: 2 in line"])
            try await scenario.untag("one:v2")
            #expect(try await scenario.pass().events.last == "pass: 1 in line, 1 put right")
            #expect(try await scenario.reconcile(["prune"]).lines == ["nothing to prune among 3 known tags"])
            try await desire(scenario, #""newest": 3, "tags": ["{tag}", "latest"]"#)
            #expect(try await scenario.reconcile(["plan"]).lines.first == "build one:v1: never built")
        }

        @Test func `a source that is away is told of each of its git tags, and what is missing comes back`()
            async throws
        {
            let (scenario, _) = try await scenario("v1", "v2")
            try await desire(scenario, #""newest": 2"#)
            #expect(try await scenario.pass().status == 0)
            try await shell("mv one gone", in: scenario.top.path + "/sources")
            try await scenario.untag("one:v1")
            let plan = try await scenario.reconcile(["plan"])
            #expect(plan.lines.last == "1 to put back, 0 in line, 1 unknown")
            let pass = try await scenario.pass()
            #expect(pass.status == 1 && pass.events.last == "pass: 2 failing", "\(pass.errors)")
            #expect(try await scenario.keptDigest("one:v1") != nil)
            try await shell("mv gone one", in: scenario.top.path + "/sources")
            let back = try await scenario.pass()
            #expect(back.events.count { $0.contains(" works again, after failing for ") } == 2)
            #expect(back.events.last == "pass: 2 in line")
        }

        @Test func `a git tag whose build fails is forgotten with its failure when it is gone`() async throws {
            let (scenario, source) = try await scenario("v1")
            try await desire(scenario, #""newest": 2"#)
            try await source.commit(["Dockerfile": "FROM scratch\nCOPY nope /\n"])
            try await source.run("git tag v2")
            #expect(try await scenario.pass().events.last == "pass: 1 put right, 1 failing")
            #expect(try await scenario.reconcile(["force", "one:v2"]).status == 0)
            try await source.run("git tag -d v2")
            #expect(try await scenario.pass().events.last == "pass: 1 in line")
            #expect(try await scenario.reconcile(["force", "one:v2"]).status == 1)
            #expect(try await scenario.reconcile(["status"]).status == 0)
        }

        @Test func `a tag of a tag is followed to its commit, and what is no commit is left out`() async throws {
            let (scenario, source) = try await scenario("v1")
            try await source.run("git tag -a -m x v2 v1; git tag -a -m x v3 v2; git tag v4 v1:Dockerfile")
            try await desire(scenario, #""newest": 9"#)
            let plan = try await scenario.reconcile(["plan"])
            #expect(plan.lines.first == "build one:v3: never built")
            #expect(plan.lines.last == "3 to build, 0 in line")
        }

        @Test func `an image may be built on that of a git tag, which is built first`() async throws {
            let (scenario, _) = try await scenario("v1")
            let app = try await scenario.source("app")
            try await app.commit(["Dockerfile": "FROM \(scenario.kept.host)/one:v1\nCOPY Dockerfile /app\n"])
            let tagged = #""one": { "URL": "SOURCES/one", "gitTags": "v*" }"#
            try await scenario.desire(build: #"{ "app": { "URL": "SOURCES/app" }, \#(tagged) }"#)
            let pass = try await scenario.pass()
            #expect(pass.events.last == "pass: 2 put right", "\(pass.errors)")
            #expect(try await scenario.pass().events == ["pass: 2 in line"])
        }

        @Test func `git tags that give one tag, or none, fail with a sentence and do not fight`() async throws {
            let (scenario, source) = try await scenario("va-b")
            try await release("va/b", of: source)
            let own = #""one:va-b": { "URL": "SOURCES/two" }"#
            try await scenario.source("two").commit(["Dockerfile": "FROM scratch\nCOPY Dockerfile /\nLABEL v=own\n"])
            try await desire(scenario, #""newest": 5"#)
            let pass = try await scenario.pass()
            #expect(pass.status == 1 && pass.events.last == "pass: 1 put right, 1 failing", "\(pass.errors)")
            #expect(pass.errors.contains("one:va/b look failed: git tags \"va-b\" and \"va/b\" both become one:va-b; "))
            #expect(try await scenario.pass().events.last == "pass: 1 in line, 1 failing")
            #expect(try await scenario.labels("one:va-b")["v"] == "va-b")
            try await scenario.desire(build: #"{ \#(own), "one": { "URL": "SOURCES/one", "gitTags": "va-*" } }"#)
            let named = try await scenario.pass()
            #expect(
                named.errors.contains("one look failed: git tag \"va-b\" is to become \"one:va-b\", which is another ")
            )
            #expect(try await scenario.labels("one:va-b")["v"] == "own")
            #expect(try await scenario.pass().events.last == "pass: 1 in line, 1 failing")
            try await scenario.desire(build: #"{ "none": { "URL": "SOURCES/two", "gitTags": "v*" } }"#)
            #expect(try await scenario.pass().errors.contains("has no git tag that matches \"v*\"; push one, or mend "))
            try await release(
                "v1",
                of: try await SourceRepository(scenario.top.path + "/sources/two", home: scenario.top.path)
            )
            #expect(try await scenario.pass().events.last == "pass: 1 put right")
        }

        @Test func `tags that only placeholders give are found again when the state is lost`() async throws {
            let (scenario, source) = try await scenario("v1")
            let entries = ["{commit}", "{short}", "{date}", "{branch}-{short}"].enumerated().map { number, tag in
                #""i\#(number)": { "URL": "SOURCES/one", "branch": "main", "tags": ["\#(tag)"] }"#
            }
            try await scenario.desire(build: "{ \(entries.joined(separator: ", ")) }")
            #expect(try await scenario.pass().events.last == "pass: 4 put right")
            try await source.run("git commit -q --allow-empty -m x; echo >README; git add -A; git commit -q -m y")
            try removeTree(scenario.state)
            try await source.commit(["sub/file": "x"])
            let builds = try await scenario.reconcile(["plan"])
            #expect(builds.lines.last == "4 to build, 0 in line", "the whole repository is the context")
            try await source.run("git reset -q --hard HEAD~2; git commit -q --allow-empty -m z")
            #expect(try await scenario.reconcile(["plan"]).lines == ["4 in line"])
            #expect(try await scenario.pass().events == ["pass: 4 in line"])
            #expect(try await scenario.pass().events == ["pass: 4 in line"])
        }
    }
}
