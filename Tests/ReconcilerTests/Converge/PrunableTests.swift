import Testing

@testable import Reconciler

struct PrunableTests {
    private let then = Moment(seconds: 1_795_475_695)
    private let commit = String(repeating: "ab", count: 20)

    private func desired(build: String = "{}", mirror: String = "[]") throws -> Desired {
        let files = ["build.json": build, "mirror.json": mirror]
        return try DesiredReader(allowedFolders: []).read { name in files[name].map { Array($0.utf8) } }
    }

    private func digest(_ name: String) -> Digest { .of(Array(name.utf8)) }

    private func tag(_ text: String) throws -> Destination {
        let reference = try ReferenceParts(text)
        return Destination(repository: try RepositoryName(reference.name), tag: try #require(reference.tag))
    }

    /// What is remembered of built images with their tags.
    private func recorded(_ images: [String: [String]], former: [String: Moment] = [:]) throws -> Recorded {
        var recorded = Recorded()
        let id = try ObjectID(commit)
        let inputs = BuildInputs(tree: id, dockerfile: id, options: [:])
        for (name, tags) in images {
            let record = ImageRecord(
                origin: .build(BuildOrigin(commit: id, branch: "main", inputs: inputs)),
                digest: digest(name),
                tags: try tags.map { try Tag($0) },
                time: then
            )
            recorded.apply(.image(.build(name), record))
        }
        for (name, left) in former {
            recorded.apply(StateChange(key: .former(try tag(name)), value: .former(digest(name), left: left)))
        }
        return recorded
    }

    private func names(_ leftovers: [Prunable.Leftover]) -> [String] { leftovers.map(\.tag.description) }

    private static let source = #""URL": "https://example.org/a.git""#

    @Test(arguments: [
        (#"{}"#, ["api:latest", "api:v1"]),
        (#"{ "api": { SOURCE, "tags": ["latest", "v1"] } }"#, []),
        (#"{ "api": { SOURCE, "tags": ["latest", "v1"], "paused": true } }"#, []),
        (#"{ "api": { SOURCE } }"#, ["api:v1"]),
        (#"{ "api": { SOURCE, "paused": true } }"#, ["api:v1"]),
        (#"{ "api": { SOURCE, "tags": ["{branch}"] } }"#, []),
        (#"{ "api:v1": { SOURCE } }"#, ["api:latest"]),
        (#"{ "other": { SOURCE } }"#, ["api:latest", "api:v1"]),
    ])
    func `a tag is left over when its entry is gone and no other names it`(build: String, left: [String]) throws {
        let desired = try desired(build: build.replacing("SOURCE", with: Self.source))
        let prunable = Prunable(try recorded(["api": ["latest", "v1"]]), desired: desired)
        #expect(names(prunable.leftovers) == left)
        #expect(prunable.known == 2)
    }

    @Test func `former builds stay desired while their entry asks for such tags, and other former tags do not`() throws
    {
        let recorded = try recorded(
            ["api": ["latest", String(repeating: "cd", count: 20)]],
            former: ["api:\(commit)": then, "api:old": then, "gone:v1": then, "api:sha256-\(commit).sig": then]
        )
        let entry = #"{ "api": { SOURCE, "tags": ["latest", "{commit}"] } }"#.replacing("SOURCE", with: Self.source)
        let prunable = Prunable(recorded, desired: try desired(build: entry))
        #expect(names(prunable.leftovers) == ["api:old", "gone:v1"])
        #expect(prunable.known == 6)
    }

    @Test func `a mirrored tag that is named again is desired, recorded or not`() throws {
        let recorded = try recorded([:], former: ["alpine:3.20": then, "alpine:3.19": then])
        let desired = try desired(mirror: #"["alpine:3.20"]"#)
        #expect(names(Prunable(recorded, desired: desired).leftovers) == ["alpine:3.19"])
    }

    @Test func `what fell out of a rule's newest is left over, and nothing is while the list cannot be had`() throws {
        let desired = try desired(mirror: #"[{ "image": "golang", "tags": ["1.*"], "newest": 1 }]"#)
        let upstream = try #require(desired.mirrors.first?.upstream)
        var recorded = Recorded()
        for text in ["1.21", "1.22"] {
            let tag = try Tag(text)
            let id = ImageID.mirror(try RepositoryName("golang"), tag)
            recorded.apply(.image(id, .mirrored(digest(text), tag)))
        }
        let list = [upstream: Observed.present(try ["1.21", "1.22"].map { try Tag($0) })]
        #expect(names(Prunable(recorded, desired: desired, list).leftovers) == ["golang:1.21"])
        for change in recorded.departures(from: desired, list, at: then) { recorded.apply(change) }
        for lists in [[:], [upstream: .unknown("away")], [upstream: .absent]]
            as [[ImageReference: Observed<[Reconciler.Tag]>]]
        {
            #expect(Prunable(recorded, desired: desired, lists).leftovers == [])
            #expect(recorded.departures(from: desired, lists, at: then) == [], "the time that was noted stays")
        }
        #expect(Prunable(recorded, desired: desired, list).leftovers.map(\.left) == [then])
    }

    @Test(arguments: [
        ("{commit}", "latest", false), ("{commit}", String(repeating: "a", count: 40), true),
        ("{commit}", String(repeating: "a", count: 64), true), ("v-{short}", "v-0123456789ab", true),
        ("v-{short}", "v-0123", false), ("{branch}-x", "main-x", true), ("{branch}-x", "main", false),
        ("{date}", "2026-11-23", true), ("{date}", "nightly", false), ("{tag}", "v1.2", true),
        ("{branch}-long", String(repeating: "b", count: 128), true),
    ])
    func `a tag is known by the template it was made of`(template: String, tag: String, isOf: Bool) throws {
        #expect(try TagTemplate(template).canBecome(Tag(tag)) == isOf)
    }

    @Test func `age counts from when a pass first saw that nothing desires it`() throws {
        var recorded = try recorded(["api": ["latest"]], former: ["gone:v1": then])
        let nothing = Desired()
        let day = Duration.seconds(86_400)
        #expect(names(Prunable(recorded, desired: nothing).leftovers(olderThan: day, at: then + day)) == ["gone:v1"])
        let seen = then + .seconds(3_600)
        for change in recorded.departures(from: nothing, at: seen) { recorded.apply(change) }
        let prunable = Prunable(recorded, desired: nothing)
        #expect(prunable.leftovers.map(\.left) == [seen, then])
        #expect(names(prunable.leftovers(olderThan: day, at: then + day)) == ["gone:v1"])
        #expect(names(prunable.leftovers(olderThan: day, at: seen + day)) == ["api:latest", "gone:v1"])
        #expect(names(prunable.leftovers(olderThan: nil, at: then)) == ["api:latest", "gone:v1"])
        #expect(recorded.departures(from: nothing, at: seen + day) == [], "it is noted once")
    }

    @Test func `former builds count from when their entry went, and not from the build that followed`() throws {
        var recorded = try recorded(["api": ["latest"]], former: ["api:\(commit)": then])
        let gone = then + .seconds(90 * 86_400)
        for change in recorded.departures(from: Desired(), at: gone) { recorded.apply(change) }
        #expect(Prunable(recorded, desired: Desired()).leftovers.map(\.left) == [gone, gone])
    }

    @Test func `a tag that is desired again has never been left`() throws {
        let recorded = try recorded(["api": ["latest"]], former: ["api:latest": then])
        let desired = try desired(build: #"{ "api": { SOURCE } }"#.replacing("SOURCE", with: Self.source))
        let back = StateChange(key: .former(try tag("api:latest")), value: nil)
        #expect(recorded.departures(from: desired, at: then) == [back])
    }

    @Test func `a deleted tag is forgotten, its image with the last of its tags`() throws {
        var recorded = try recorded(["api": ["latest", "v1"]], former: ["api:v1": then])
        let failure = FailureRecord(reason: "", since: then, tries: 1, nextTry: then, fingerprint: "look")
        recorded.apply(.failure(.build("api"), failure))
        for change in recorded.forgetting(try tag("api:v1")) { recorded.apply(change) }
        #expect(recorded[image: .build("api")]?.tags == [.latest])
        #expect(Prunable(recorded, desired: Desired()).known == 1)
        for change in recorded.forgetting(try tag("api:latest")) { recorded.apply(change) }
        #expect(recorded[image: .build("api")] == nil && recorded[failure: .build("api")] == nil)
        #expect(Prunable(recorded, desired: Desired()).known == 0)
    }
}
