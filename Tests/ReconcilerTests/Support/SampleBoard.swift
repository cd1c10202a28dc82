@testable import Reconciler

/// A board with images of both kinds, for tests of what people see.
struct SampleBoard {
    static let start = Moment(seconds: 1_795_475_695)
    var board: StatusBoard
    let desired: Desired

    /// `builds` are names of images to build, `mirrors` references to mirror.
    init(builds: [String], mirrors: [String] = []) throws {
        let folder = try TemporaryFolder()
        let entries = builds.map { name in
            JSON.Member(key: name, offset: 0, value: JSON(members: [("URL", "git@example.org:team/sources.git")]))
        }
        try folder.write(JSON(.object(entries)).pretty, to: "desired/build.json")
        try folder.write(JSON.list(mirrors.map { .string($0) }).pretty, to: "desired/mirror.json")
        desired = try DesiredReader(allowedFolders: []).read(checkout: folder.path)
        board = StatusBoard(
            StatusBoard.Facts(
                version: "1.0",
                commit: "0123abcd",
                registry: "registry.example.org",
                interval: .seconds(60),
                diskFloor: ByteCount(bytes: 2_000_000_000),
                started: Self.start
            )
        )
        board.desire(desired, Recorded(), now: Self.start)
    }

    static func digest(_ name: String) -> Digest { Digest.of(Array(name.utf8)) }

    static func commit(_ name: String) throws -> ObjectID { try ObjectID(String(sha256Hex(name.utf8).prefix(40))) }

    /// What a build of `name` leaves in the state file.
    static func record(_ name: String) throws -> ImageRecord {
        let commit = try commit(name)
        let bases = ["alpine:3.20": digest("alpine")]
        let inputs = BuildInputs(tree: commit, dockerfile: commit, options: [:], bases: bases)
        let origin = BuildOrigin(commit: commit, branch: "main", inputs: inputs)
        return ImageRecord(origin: .build(origin), digest: digest(name), tags: [.latest], time: start, size: 34_567)
    }

    static func history(_ runs: Int, reason: String = "never built", failing: Bool = false) -> RunHistory {
        (0..<runs).reduce(RunHistory()) { history, index in
            let result: Run.Result = failing && index == runs - 1 ? .failed : .built
            let run = Run(start: start + .seconds(60 * index), duration: .milliseconds(12_345), result: result)
            return history.adding(run, reason)
        }
    }

    /// Makes an image fail as `why` says.
    mutating func fail(_ image: ImageID, _ why: String, at now: Moment = start) {
        let record = FailureRecord(reason: why, since: now, tries: 2, nextTry: now + .seconds(60), fingerprint: "x")
        board.apply([.failure(image, record)])
        board.update(image) { $0.becomes(.failing(why: why), at: now) }
    }

    /// `status.json` as it would be written.
    var document: String { StatusDocument(board: board, now: Self.start + .seconds(5)).text }
}

/// Texts that try to become markup, script, terminal commands, other lines or another reading order.
let hostileTexts = [
    "<script>document.title='broken in'</script>", "\"><img src=x onerror=\"document.title='broken in'\">",
    "</script><script>document.title='broken in'</script>", "'-alert(1)-'", "\u{1B}[31mred\u{1B}]0;title\u{7}",
    "one\nreconcile_image_in_line{image=\"forged\"} 1", "\u{202E}gnp.exe", "\u{9B}2J", "<!--", "&lt;b&gt;", "\\u003cb>",
    "`${1}`", "-->",
]
