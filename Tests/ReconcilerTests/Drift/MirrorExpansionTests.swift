import Testing

@testable import Reconciler

struct MirrorExpansionTests {
    @Test func `a rule takes its tags from the upstream's list, after those that are named`() throws {
        let sample = try Expansion(#"[{"image":"golang","tags":["latest","1.*"],"newest":2}]"#)
        let expansion = sample.expand(["latest", "1.0", "1.1", "1.2"])
        #expect(expansion.tags.map(\.id.description) == ["golang:latest", "golang:1.1", "golang:1.2"])
        #expect(expansion.rules.isEmpty)
    }

    @Test func `a rule that matches nothing fails and says what there is`() throws {
        let expansion = try Expansion(#"[{"image":"golang","tags":["1.3*"]}]"#).expand(["latest", "1.0", "2.2"])
        let why = "no tag of golang matches 1.3*; it has 3 tags, the nearest 1.0"
        #expect(expansion.rules == [Drift(image: .rule(try RepositoryName("golang"), "1.3*"), verdict: .stalled(why))])
        #expect(expansion.tags.isEmpty)
    }

    @Test func `without a list the tags that are remembered are kept, and not to be known`() throws {
        let sample = try Expansion(#"[{"image":"golang","tags":["1.*"]}]"#, remembered: ["1.0", "1.1", "2.0"])
        let expansion = sample.expand(.unknown("the wire is cut"))
        #expect(expansion.tags.map(\.tag.description).sorted() == ["1.0", "1.1"])
        #expect(expansion.tags.allSatisfy { $0.unlisted == "the wire is cut" })
        #expect(expansion.rules.map(\.verdict) == [.unknown("the wire is cut")])
    }

    @Test func `of two rules for one destination the later stalls, naming both`() throws {
        let json = #"[{"image":"golang","tags":["1.*"]},{"image":"quay.io/golang","as":"golang","semver":">=1.1"}]"#
        let expansion = try Expansion(json).expand(["1.0", "1.1", "1.2"])
        #expect(expansion.tags.map(\.upstream.familiar) == ["golang:1.0", "golang:1.1", "golang:1.2"])
        let why = """
            golang:1.1 (and 1 more) is already what "golang:1.*" puts into the registry, and not taken from \
            quay.io/golang; add it to "exclude", or land one of them elsewhere with "as"
            """
        #expect(expansion.rules.map(\.verdict) == [.stalled(why)])
    }

    @Test func `a tag that is named, or built here, is never a rule's`() throws {
        let json = #"[{"image":"golang","tags":["1.*"]},"golang:1.0"]"#
        let expansion = try Expansion(json, build: #"{"golang:1.1":{"URL":"https://example.org/a"}}"#)
            .expand(["1.0", "1.1", "1.2"])
        #expect(expansion.tags.map(\.id.description) == ["golang:1.2", "golang:1.0"])
        #expect(expansion.rules.count == 1)
    }

    @Test func `a paused rule keeps what is remembered and asks for no list`() throws {
        let json = #"[{"image":"golang","tags":["1.*"],"paused":true}]"#
        let expansion = try Expansion(json, remembered: ["1.0"]).expand(.unknown("not asked"))
        #expect(expansion.tags.map(\.unlisted) == [nil])
        #expect(expansion.rules.isEmpty)
    }

    @Test func `platforms are the entry's, else those of the command line`() throws {
        let json = #"["alpine:3.20",{"image":"redis","platforms":["linux/arm64"]}]"#
        let expansion = try Expansion(json).expand(.absent)
        #expect(expansion.tags.map { $0.platforms.map(\.description) } == [["linux/amd64"], ["linux/arm64"]])
    }
}

/// A configuration and what is remembered of `golang`.
private struct Expansion {
    let desired: Desired
    var recorded = Recorded()

    init(_ mirror: String, build: String = "{}", remembered: [String] = []) throws {
        desired = try DesiredReader().read { name in
            name == "mirror.json" ? Array(mirror.utf8) : name == "build.json" ? Array(build.utf8) : nil
        }
        for tag in try remembered.map({ try Reconciler.Tag($0) }) {
            let record = ImageRecord.mirrored(.of("x".utf8), tag)
            recorded.apply(.image(.mirror(try RepositoryName("golang"), tag), record))
        }
    }

    func expand(_ tags: [String]) -> MirrorExpansion { expand(.present(tags.compactMap { try? Reconciler.Tag($0) })) }

    func expand(_ list: Observed<[Reconciler.Tag]>) -> MirrorExpansion {
        let lists = Dictionary(desired.mirrors.map { ($0.upstream, list) }) { first, _ in first }
        return MirrorExpansion(of: desired, lists, recorded, platforms: [Platform(os: "linux", architecture: "amd64")])
    }
}
