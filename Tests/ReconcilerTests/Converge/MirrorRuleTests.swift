import Testing

@testable import Reconciler

/// Tags by rule, from one real registry to another.
struct MirrorRuleTests {
    @Test func `a rule brings what matches, and later what is new`() async throws {
        let house = try await MirrorHouse()
        for tag in ["1.0", "1.1", "1.2", "2.0-rc1", "latest"] {
            try await house.client.putImage(try house.upstream.image("lib/app:\(tag)"), layers: [tag])
        }
        let mirror = #"[{"image":"UP/lib/app","as":"app","semver":"^1","newest":2}]"#
        #expect(try await house.pass(mirror).isConverged)
        func held() async throws -> [String] {
            try await house.client.tags(of: house.kept.repository("app")).map(\.description).sorted()
        }
        #expect(try await held() == ["1.1", "1.2"])
        try await house.client.putImage(try house.upstream.image("lib/app:1.3"), layers: ["new"])
        #expect(try await house.pass(mirror).images.count == 2)
        #expect(try await held() == ["1.1", "1.2", "1.3"])
    }

    @Test func `a rule for a repository that is not there fails, and works again when it is`() async throws {
        let house = try await MirrorHouse()
        let mirror = #"[{"image":"UP/lib/app","as":"app","tags":["1.*"]}]"#
        let failures = try await house.pass(mirror).failures
        #expect(failures.map(\.0.description) == ["app:1.*"])
        #expect(failures.first?.1.contains("/lib/app has no list of tags upstream") == true)
        try await house.client.putImage(try house.upstream.image("lib/app:1.0"), layers: ["a"])
        #expect(try await house.pass(mirror).isConverged)
        #expect(try await house.pass(mirror).images.count == 1)
    }
}
