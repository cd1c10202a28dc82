import Glibc
import Testing

@testable import Reconciler

struct StateFolderTests {
    private let top: TemporaryFolder
    private let config: String
    private var folder: StateFolder { StateFolder(path: top.path + "/state") }

    init() throws {
        top = try TemporaryFolder()
        config = top.path + "/config"
        try top.write("[]", to: "config/desired/mirror.json")
    }

    private func mode(_ path: String) -> mode_t {
        var answer = stat()
        stat(path, &answer)
        return answer.st_mode & 0o777
    }

    @Test(arguments: ["", "lost+found/.keep", "state.jsonl", "lock", "desired/SHA256SUMS", "git/a-1/reconcile-lock"])
    func `a folder that is new, empty or ours is taken, narrowed and marked`(file: String) throws {
        if !file.isEmpty { try top.write("", to: "state/" + file) }
        for _ in 1...2 { try folder.open(apartFrom: config) }
        #expect(mode(folder.path) == 0o700)
        #expect(try folder.standing() == .ours)
    }

    @Test(arguments: ["work/thesis.tex", "desired/mirror.json", ".bashrc", "git/project/.git/HEAD", "force/1"])
    func `a folder that holds anything else is refused, and stays as it is`(file: String) throws {
        try top.write("precious", to: "state/" + file)
        chmod(folder.path, 0o755)
        let error = #expect(throws: ForeignFolder.self) { try folder.open(apartFrom: config) }
        #expect(
            error?.description
                == "\(folder.path) is not empty and no state folder of reconcile; name another with --state"
        )
        #expect(mode(folder.path) == 0o755)
        #expect(try listFolder(folder.path).count == 1)
    }

    @Test func `a lock that is somebody else's is no mark`() throws {
        try top.write("held by apt", to: "state/lock")
        #expect(try folder.standing() == .foreign)
        unlink(folder.path + "/lock")
        mkfifo(folder.path + "/lock", 0o600)
        #expect(try folder.standing() == .foreign)
    }

    @Test func `the config folder and those above it are refused even with the mark`() throws {
        for path in [config, top.path] {
            let folder = StateFolder(path: path)
            try writeFile(path + "/state.jsonl", [])
            let error = #expect(throws: ForeignFolder.self) { try folder.open(apartFrom: config) }
            #expect(error?.description == "\(path) holds the config folder; name another with --state")
        }
    }
}
