@testable import Reconciler

/// Values made by hand, for comparisons that need no repository and no registry.
enum Hand {
    static let now = Moment(seconds: 1_700_000_000)
    static let earlier = Moment(seconds: 1_600_000_000)

    static func digest(_ text: String) -> Digest { .of(Array(text.utf8)) }

    /// An object id of forty times this digit.
    static func id(_ digit: Character) throws -> ObjectID { try ObjectID(String(repeating: digit, count: 40)) }

    static func tags(_ texts: String...) throws -> [Tag] { try texts.map { try Tag($0) } }

    /// The only build entry of a build.json with this entry, whose name is `one`.
    static func build(_ members: String = "") throws -> BuildEntry {
        let entry = #"{ "URL": "https://example.org/a.git"\#(members.isEmpty ? "" : ", " + members) }"#
        let desired = try read("build.json", #"{ "one": \#(entry) }"#)
        return desired.builds[0]
    }

    /// A configuration that has only the file `name`.
    static func read(_ name: String, _ text: String) throws -> Desired {
        try DesiredReader(allowedFolders: []).read { $0 == name ? Array(text.utf8) : nil }
    }

    static func inputs(
        tree: Character = "a",
        dockerfile: Character = "d",
        _ options: [String: String] = [:]
    ) throws
        -> BuildInputs
    {
        BuildInputs(tree: try id(tree), dockerfile: try id(dockerfile), options: options)
    }

    /// A source whose head, context and Dockerfile have ids of these digits.
    static func source(
        commit: Character = "1",
        tree: Character = "a",
        dockerfile: Character = "d"
    ) throws
        -> SourceState
    {
        SourceState(
            commit: GitCommit(id: try id(commit), tree: try id("e"), time: 0, subject: ""),
            branch: "main",
            context: .found(BuildContext(tree: try id(tree), dockerfile: try id(dockerfile)))
        )
    }

    /// The verdict on the entry with these tags when nothing is remembered of it.
    static func unremembered(
        _ tags: String,
        labels: Observed<BuildLabels> = .absent,
        found: Observed<[FoundImage]> = .present([]),
        seen: [String: Observed<Digest>]
    ) throws -> Verdict {
        BuildDrift(
            entry: try build("\"tags\": \(tags)"),
            source: .present(try source()),
            labels: labels,
            found: found,
            seen: { seen[$0.description] ?? .absent },
            record: nil,
            isForced: false,
            configuration: "ours",
            now: now
        ).verdict
    }

    /// The record of a build from `inputs` at commit `1`, as `digest` under `tags`.
    static func record(_ inputs: BuildInputs, tags: [Tag], digest: String = "built") throws -> ImageRecord {
        let origin = BuildOrigin(commit: try id("1"), branch: "main", inputs: inputs)
        return ImageRecord(origin: .build(origin), digest: Hand.digest(digest), tags: tags, time: earlier)
    }

    static func mirrored(_ digest: String, tag: String = "1") throws -> ImageRecord {
        let origin = MirrorOrigin(upstream: Hand.digest(digest))
        return ImageRecord(
            origin: .mirror(origin),
            digest: Hand.digest(digest),
            tags: try tags(tag),
            time: earlier
        )
    }
}
