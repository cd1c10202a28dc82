import Testing

@testable import Reconciler

struct ReasonTests {
    private static let digests = (Hand.digest("one"), Hand.digest("two"))

    /// Every reason, with its word for programs and its words for people.
    private static func table() throws -> [(Reason, String, String)] {
        let (one, two, tag) = (try Hand.id("1"), try Hand.id("2"), try Tag("v1"))
        let (from, to) = digests
        return [
            (.neverBuilt, "never-built", "never built"),
            (.neverCopied, "never-copied", "never copied"),
            (.commit(from: one, to: two, touches: "js/tests"), "commit", "commit 1111111→2222222 touches js/tests"),
            (
                .otherInputs(at: one, now: two), "other-inputs",
                "the registry's image is of commit 1111111 with other inputs, now 2222222"
            ),
            (.entry(["args.A", "target"]), "entry", "the entry's args.A, target changed"),
            (.missing(tag), "missing", "v1 is missing in the registry"),
            (.newTag(tag), "new-tag", "v1 is a new tag"),
            (
                .overwritten(tag, expected: from, seen: to), "overwritten",
                "v1 is sha256:3fc4ccfe7458 in the registry, not sha256:7692c3ad3540"
            ),
            (.moved(from: from, to: to), "moved", "upstream sha256:7692c3ad3540→sha256:3fc4ccfe7458"),
            (.forced, "forced", "forced"),
            (.lookFailed("no route"), "look-failed", "no route"),
        ]
    }

    @Test func `each reason has a word for programs and a line with the values on both sides`() throws {
        for (reason, name, text) in try Self.table() {
            #expect(reason.name == name)
            #expect(reason.description == text)
        }
    }

    @Test func `programs get the full values, the old one first`() throws {
        let (from, to) = Self.digests
        let moved = try #require(Reason.moved(from: from, to: to).values)
        #expect(moved == (from.description, to.description))
        let seen = try #require(Reason.overwritten(try Tag("a"), expected: from, seen: to).values)
        #expect(seen == (to.description, from.description), "what stands there is the old value")
        #expect(Reason.forced.values == nil)
    }
}
