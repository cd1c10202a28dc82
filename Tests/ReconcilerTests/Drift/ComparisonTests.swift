import Testing

@testable import Reconciler

struct ComparisonTests {
    private func comparison(_ desired: Desired, _ seen: Observation, forced: [String] = []) -> Comparison {
        Comparison(
            desired: desired,
            mirrors: MirrorExpansion(of: desired, seen.lists, Recorded()),
            seen: seen,
            recorded: Recorded(),
            names: KeptNames(desired, [], registry: .localhost, publicName: .localhost),
            forced: forced.map { Glob($0) },
            configuration: "ours",
            now: Hand.now
        )
    }

    @Test func `every image gets one verdict, builds first, in the order of the files`() throws {
        var desired = try Hand.read(
            "build.json",
            #"{ "z": { "URL": "https://h/a.git" }, "b:v2": { "URL": "https://h/a.git", "paused": true } }"#
        )
        desired.mirrors = try Hand.read("mirror.json", #"[{ "image": "alpine", "tags": ["3", "2"] }]"#).mirrors
        let drifts = comparison(desired, Observation()).drifts
        #expect(drifts.map(\.image.description) == ["z", "b:v2", "alpine:3", "alpine:2"])
    }

    @Test func `what was not looked at is unknown, and not absent`() throws {
        let build = try Hand.read("build.json", #"{ "z": { "URL": "https://h/a.git" } }"#)
        #expect(
            comparison(build, Observation()).drifts.map(\.verdict) == [.unknown("https://h/a.git was not looked at")]
        )
        let mirror = try Hand.read("mirror.json", #"["alpine:3"]"#)
        #expect(
            comparison(mirror, Observation()).drifts.map(\.verdict)
                == [.unknown("alpine:3 was not looked at in the registry")]
        )
    }

    @Test(arguments: [("alpine:3", true), ("alpine", true), ("alp*", true), ("alpine:2", false), ("alp", false)])
    func `force takes names and patterns, with and without a tag`(pattern: String, isForced: Bool) throws {
        let mirror = try Hand.read("mirror.json", #"["alpine:3"]"#)
        let digest = Hand.digest("x")
        let image = mirror.mirrors[0].namedTags[0]
        let seen = Observation(
            upstream: [image.id: .present(digest)],
            registry: [image.destination: .present(digest)]
        )
        let verdict = comparison(mirror, seen, forced: [pattern]).drifts[0].verdict
        #expect((verdict == .drifted(.copy(digest), [.forced])) == isForced)
    }
}
