import Testing

@testable import Reconciler

struct PassedOverTests {
    private func names(_ texts: String...) throws -> [BranchName] { try texts.map { try BranchName($0) } }

    private func entry(_ members: String = "") throws -> BuildEntry {
        try Hand.build("\"gitTags\": \"v*\"" + (members.isEmpty ? "" : ", " + members))
    }

    private func texts(_ passed: PassedOver) -> [String] { passed.names.map(\.description).sorted() }

    @Test func `the first look takes the newest, and what is pushed later is taken too`() throws {
        let entry = try entry()
        let first = entry.passingOver(try names("v1", "v2", "v3", "w9"), nil, built: [])
        #expect(texts(first) == ["v1", "v2"])
        #expect(texts(entry.passingOver(try names("v1", "v2", "v3", "v4"), first, built: [])) == ["v1", "v2"])
        let none = entry.passingOver([], nil, built: [])
        #expect(texts(entry.passingOver(try names("v1", "v2"), none, built: [])) == [])
    }

    @Test func `a newest that is raised takes in more of the old ones, and one that is lowered gives up none`() throws {
        let all = try names("v1", "v2", "v3")
        let first = try entry().passingOver(all, nil, built: [])
        let more = try entry("\"newest\": 2").passingOver(all, first, built: [])
        #expect(texts(more) == ["v1"])
        #expect(texts(try entry().passingOver(all, more, built: [])) == ["v1"])
        #expect(texts(try entry().passingOver(try names("v1", "v2"), first, built: [])) == ["v1", "v2"])
    }

    @Test func `another pattern is a new beginning, in which what was built stays`() throws {
        let first = try Hand.build(#""gitTags": "v2.*""#).passingOver(try names("v2.0", "v2.1"), nil, built: [])
        let all = try names("v1.0", "v1.1", "v2.0", "v2.1", "v2.2")
        #expect(texts(try entry().passingOver(all, first, built: Set(names("v2.1")))) == ["v1.0", "v1.1", "v2.0"])
        #expect(PassedOver(first.json) == first)
        let old = try #require(PassedOver(JSON.list([.string("v1.0")])))
        #expect(texts(old) == ["v1.0"])
        #expect(texts(try entry().passingOver(all, old, built: [])) == ["v1.0", "v1.1", "v2.0", "v2.1"])
    }

    @Test func `while nobody can tell which there are, those that were built stand, without tags that float`() throws {
        let desired = Desired(builds: [try entry(#""tags": ["{tag}", "latest"]"#)])
        let unseen = ["one": Observed<[BranchName]>.unknown("away")]
        let expanded = desired.expanded(unseen, built: ["one:v1", "one:v2", "other:v3"]) { _, _ in [] }
        #expect(expanded.builds.map(\.key) == ["one:v2", "one:v1"])
        #expect(expanded.builds.map { $0.tags.map(\.description) } == [["{tag}"], ["{tag}"]])
        #expect(desired.expanded(unseen, built: []) { _, _ in [] } == desired)
    }

    @Test func `a tag that floats belongs to the highest that is not left alone`() throws {
        let instances = try entry(#""tags": ["latest"]"#).instances(
            for: try names("v1", "v2", "v3"),
            passingOver: Set(names("v3"))
        )
        #expect(instances.map(\.key) == ["one:v2"])
    }

    @Test func `git tags of one commit share what only the commit tells`() throws {
        let present = Observed.present(try names("v1", "v2"))
        let (one, two) = (try Hand.id("1"), try Hand.id("2"))
        func shared(_ tags: String, _ commits: [String: ObjectID]) throws -> [String: [String]] {
            let desired = Desired(builds: [try entry("\"tags\": \(tags)")])
            let expanded = desired.expanded(["one": present], built: []) { _, _ in [] }.sharing(commits)
            return Dictionary(uniqueKeysWithValues: expanded.builds.map { ($0.key, $0.tags.map(\.description)) })
        }
        let both = #"["{tag}", "{commit}"]"#
        #expect(
            try shared(both, ["one:v1": one, "one:v2": one]) == ["one:v1": ["{tag}", "{commit}"], "one:v2": ["{tag}"]]
        )
        #expect(try shared(both, ["one:v1": one, "one:v2": two])["one:v2"] == ["{tag}", "{commit}"])
        #expect(try shared(#"["{short}"]"#, ["one:v1": one, "one:v2": one]) == ["one:v1": ["{short}"]])
    }

    @Test func `a base may be named by the tag that a git tag or a named branch gives`() throws {
        var tagged = try entry(#""tags": ["{tag}", "{tag}-{short}", "latest"]"#)
        tagged.gitTag = try BranchName("v1/a")
        #expect(tagged.steadyTags.map(\.description) == ["v1-a", "latest"])
        #expect(try Hand.build(#""branch": "x", "tags": ["{branch}"]"#).steadyTags.map(\.description) == ["x"])
        #expect(try Hand.build(#""tags": ["{branch}"]"#).steadyTags == [])
    }

    @Test func `a git tag that is gone upstream is left over, and its siblings are not`() throws {
        var recorded = Recorded()
        for name in ["v1", "v2"] {
            recorded.apply(.image(.build("one:\(name)"), try Hand.record(Hand.inputs(), tags: Hand.tags(name))))
        }
        let desired = Desired(builds: [try entry()])
        func seen(_ names: [BranchName]) -> Desired {
            desired.expanded(["one": .present(names)], built: []) { _, _ in [] }
        }
        #expect(Prunable(recorded, desired: seen(try names("v1", "v2"))).leftovers == [])
        #expect(Prunable(recorded, desired: desired.withGitTags(recorded)).leftovers == [])
        for change in recorded.departures(from: seen(try names("v2")), at: Hand.now) { recorded.apply(change) }
        let left = Prunable(recorded, desired: desired.withGitTags(recorded)).leftovers
        #expect(left.map(\.tag.description) == ["one:v1"])
        #expect(left.map(\.left) == [Hand.now])
    }
}
