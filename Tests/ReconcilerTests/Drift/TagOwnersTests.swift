import Testing

@testable import Reconciler

struct TagOwnersTests {
    private func rivalry(_ build: String, mirror: String = "[]", gitTags: [String] = []) throws -> [String: String] {
        let source = #""URL": "https://h/a.git""#
        var desired = try Hand.read("build.json", build.replacing("SOURCE", with: source))
        desired.mirrors = try Hand.read("mirror.json", mirror).mirrors
        let names = Observed.present(try gitTags.map { try BranchName($0) })
        let seen = Dictionary(uniqueKeysWithValues: desired.builds.map { ($0.key, names) })
        let expanded = desired.expanded(seen, built: []) { _, _ in [] }
        let sources = Dictionary(
            uniqueKeysWithValues: try expanded.builds.map { ($0.key, Observed.present(try Hand.source())) }
        )
        let mirrors = MirrorExpansion(of: desired, [:], Recorded()).tags
        let owners = TagOwners(expanded, mirrors, sources, at: Hand.now)
        return Dictionary(uniqueKeysWithValues: owners.rivalry.map { ($0.key.description, $0.value) })
    }

    @Test func `of two git tags that become one tag, the one that had to be changed stalls`() throws {
        let found = try rivalry(#"{ "api": { SOURCE, "gitTags": "*" } }"#, gitTags: ["a/b", "a-b", "c"])
        #expect(
            found == [
                "api:a/b": "git tags \"a-b\" and \"a/b\" both become api:a-b; rename one of them, or narrow \"gitTags\""
            ]
        )
    }

    @Test func `what a placeholder becomes is not taken from an entry that names it, or from a mirror`() throws {
        let other = "; give one of them another name or tag"
        #expect(
            try rivalry(#"{ "api": { SOURCE, "tags": ["{branch}"] }, "api:main": { SOURCE } }"#)
                == ["api": "api:main is already what \"api:main\" puts into the registry" + other]
        )
        #expect(
            try rivalry(
                #"{ "api": { SOURCE, "gitTags": "*" } }"#,
                mirror: #"[{ "image": "up", "tags": ["v1"], "as": "api" }]"#,
                gitTags: ["v1", "v2"]
            ) == ["api:v1": "api:v1 is already what \"up:v1\" puts into the registry" + other]
        )
        #expect(try rivalry(#"{ "api": { SOURCE, "tags": ["{branch}", "{short}"] }, "b": { SOURCE } }"#) == [:])
    }
}
