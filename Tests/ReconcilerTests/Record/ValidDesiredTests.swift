import Glibc
import Testing

@testable import Reconciler

struct ValidDesiredTests {
    private let old = ["build.json": Array("{}".utf8), "mirror.json": Array("[]".utf8)]
    private let new = ["mirror.json": Array("[\"alpine\"]".utf8), "webhooks.json": []]

    @Test func `what was kept comes back byte for byte, and nothing where nothing was kept`() throws {
        let state = try TemporaryFolder()
        let kept = ValidDesired(in: state.path)
        #expect(kept.load() == nil)
        for files in [old, new, [:], old] {
            try kept.save(files)
            #expect(kept.load() == files)
            #expect(try listFolder(state.path) == ["desired"])
        }
        #expect(try listFolder(state.path + "/desired") == ["SHA256SUMS", "build.json", "mirror.json"])
    }

    @Test func `the same bytes are not written again`() throws {
        let state = try TemporaryFolder()
        let kept = ValidDesired(in: state.path)
        try kept.save(old)
        let before = modified(state.path + "/desired/SHA256SUMS")
        try writeFile(state.path + "/desired/mark", [])
        try kept.save(old)
        #expect(try fileKind(state.path + "/desired/mark") == .file)
        #expect(modified(state.path + "/desired/SHA256SUMS") == before)
    }

    @Test func `files are private and sha256sum can check them`() async throws {
        let state = try TemporaryFolder()
        try ValidDesired(in: state.path).save(old)
        let seen = try await shell("stat -c '%n %a' . *; sha256sum -c --quiet SHA256SUMS", in: state.path + "/desired")
        #expect(seen == ". 700\nSHA256SUMS 600\nbuild.json 600\nmirror.json 600\n")
    }

    /// What stands in the state folder after a crash at each point of writing `new` over `old`.
    @Test(arguments: [
        ("mkdir desired.new", true), ("cp -r NEW desired.new; rm desired.new/SHA256SUMS", true),
        ("cp -r NEW desired.new", true), ("cp -r NEW desired.new; mv desired desired.old", true),
        ("mv desired desired.old; cp -r NEW desired", false),
    ])
    func `a crash leaves the old set or the new one, and the next save succeeds`(
        script: String,
        isOld: Bool
    ) async throws {
        let (state, other) = (try TemporaryFolder(), try TemporaryFolder())
        let kept = ValidDesired(in: state.path)
        try kept.save(old)
        try ValidDesired(in: other.path).save(new)
        try await shell(script.replacing("NEW", with: other.path + "/desired"), in: state.path)
        #expect(kept.load() == (isOld ? old : new))
        for files in [new, old] {
            try kept.save(files)
            #expect(kept.load() == files)
            #expect(try listFolder(state.path) == ["desired"])
        }
    }

    @Test(arguments: [
        "echo x >> desired/mirror.json", "rm desired/build.json", ": > desired/SHA256SUMS", "rm desired/SHA256SUMS",
        "rm -r desired; touch desired", "rm desired/build.json; ln -s /dev/zero desired/build.json",
    ])
    func `a damaged set counts as none and is replaced`(script: String) async throws {
        let state = try TemporaryFolder()
        let kept = ValidDesired(in: state.path)
        try kept.save(old)
        try await shell(script, in: state.path)
        #expect(kept.load() == nil)
        try kept.save(new)
        #expect(kept.load() == new)
    }
}

struct ValidDesiredChoiceTests {
    private func fault(_ message: String, line: Int) -> ConfigurationFault {
        ConfigurationFault(
            file: "desired/build.json",
            position: .init(line: line, column: nil),
            entry: "a",
            message: message
        )
    }

    @Test func `an invalid configuration is replaced by the last valid one as a whole`() throws {
        var files = DesiredFiles(place: "x", hasFolder: true)
        files.contents["mirror.json"] = .success(Array("[\"alpine\"]".utf8))
        let valid = DesiredReading(files, by: DesiredReader())
        guard case .valid(let desired, let bytes) = valid else { return #expect(Bool(false), "\(valid)") }
        #expect(bytes == files.bytes)
        #expect(DesiredLook(valid, lastValid: nil) == DesiredLook(.valid(desired, files: bytes), lastValid: Desired()))
        files.contents["build.json"] = .success(Array("[]".utf8))
        let invalid = DesiredReading(files, by: DesiredReader())
        let look = DesiredLook(invalid, lastValid: desired)
        #expect(look.desired == desired)
        #expect(look.faults.map(\.file) == ["desired/build.json"])
        #expect(DesiredLook(invalid, lastValid: nil).desired == nil)
    }

    @Test func `a fault is told once, also when it moves within its file, and its end is told once`() {
        var edges = FaultEdges()
        let (one, two) = (fault("one", line: 1), fault("two", line: 2))
        #expect(edges.see([]) == FaultEdges.News(new: [], areMended: false))
        #expect(edges.see([one]) == FaultEdges.News(new: [one], areMended: false))
        #expect(edges.see([fault("one", line: 9), two]) == FaultEdges.News(new: [two], areMended: false))
        #expect(edges.see([two]) == FaultEdges.News(new: [], areMended: false))
        #expect(edges.see([]) == FaultEdges.News(new: [], areMended: true))
        #expect(edges.see([]) == FaultEdges.News(new: [], areMended: false))
        #expect(edges.see([one]) == FaultEdges.News(new: [one], areMended: false))
    }
}
