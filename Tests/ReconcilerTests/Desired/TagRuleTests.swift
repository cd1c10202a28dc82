import Testing

@testable import Reconciler

struct TagRuleTests {
    private let golang = tags([
        "latest", "1", "1.21", "1.21.9-alpine3.19", "1.22", "1.22.2-alpine3.9", "1.22.2-alpine3.20",
        "1.22.10-alpine3.20",
        "1.22.10-rc1", "1.22.9", "bookworm", "alpine",
    ])

    @Test func `a pattern takes what it matches, versions in their order`() throws {
        let rule = TagRule(patterns: [Glob("1.22.*-alpine*")], range: nil, exclude: [], newest: 2)
        #expect(rule.selected(from: golang) == tags(["1.22.2-alpine3.20", "1.22.10-alpine3.20"]))
    }

    @Test func `a range takes versions only, and what is excluded stays out`() throws {
        let rule = TagRule(patterns: [], range: try VersionRange(">=1.21"), exclude: [Glob("1.21*")], newest: nil)
        #expect(rule.selected(from: golang) == tags(["1.22", "1.22.9"]))
    }

    @Test func `pattern and range must both match`() throws {
        let rule = TagRule(patterns: [Glob("*.9*")], range: try VersionRange("1.x-*"), exclude: [], newest: nil)
        #expect(rule.selected(from: golang) == tags(["1.21.9-alpine3.19", "1.22.2-alpine3.9"]))
    }

    @Test func `of tags that are no versions the last by name are the newest`() {
        let rule = TagRule(patterns: [Glob("*o*"), Glob("l*")], range: nil, exclude: [], newest: 1)
        #expect(rule.selected(from: golang) == tags(["latest"]))
    }

    @Test func `the nearest tag is named to whom nothing matches`() throws {
        let rule = TagRule(patterns: [Glob("1.22.11-alpine*")], range: nil, exclude: [], newest: nil)
        #expect(rule.nearest(in: golang) == tags(["1.22.10-rc1"]).first)
        let range = TagRule(patterns: [], range: try VersionRange("~9.9"), exclude: [], newest: nil)
        #expect(range.nearest(in: golang) == nil)
    }

    @Test func `a list of a hundred thousand tags is sorted out in good time`() throws {
        let list = (0..<100_000).compactMap { try? Reconciler.Tag("1.\($0 % 317).\($0)") }
        let rule = TagRule(patterns: [Glob("1.*.*")], range: try VersionRange("^1"), exclude: [Glob("*99")], newest: 3)
        let begin = ContinuousClock.now
        #expect(rule.selected(from: list).count == 3)
        #expect(ContinuousClock.now - begin < .seconds(20))
    }
}

private func tags(_ names: [String]) -> [Reconciler.Tag] { names.compactMap { try? Reconciler.Tag($0) } }
