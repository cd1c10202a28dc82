import Glibc
import Testing

@testable import Reconciler

struct PagesFolderTests {
    private let top: TemporaryFolder
    private var folder: PagesFolder { PagesFolder(path: top.path + "/public") }

    init() throws { top = try TemporaryFolder() }

    @Test(arguments: [("index.html", "<h1>home</h1>"), ("status.json", "{}"), ("metrics", "up 1"), ("log.txt", "hi")])
    func `a file of somebody else's is never replaced`(name: String, text: String) throws {
        try top.write(text, to: "public/" + name)
        let error = #expect(throws: ForeignFolder.self) { try folder.check() }
        #expect(
            error?.description == "\(folder.path) has a \(name) that reconcile did not write, and would replace; "
                + "name another with --public"
        )
    }

    @Test func `what an earlier run wrote is ours, though a power cut emptied some of it`() throws {
        let sample = try SampleBoard(builds: ["api"])
        let page = Page(sample.board, SampleBoard.start).text
        for (name, text) in [
            ("status.json", sample.document), ("metrics", Metrics(board: sample.board).text), ("index.html", page),
            ("log.txt", "2026/11/23 18:04:05 config desired/build.json: \n"),
        ] {
            try removeTree(folder.path)
            try top.write("", to: "public/log.txt")
            try top.write(text, to: "public/" + name)
            try top.write("x", to: "public/logs/api.txt")
            #expect(try folder.standing() == .ours, "\(name)")
        }
    }

    @Test(arguments: ["", "/logs"]) func `nothing is written through a symbolic link`(place: String) throws {
        try top.write("theirs", to: "elsewhere/logs/api.txt")
        if !place.isEmpty { try createFolder(folder.path) }
        symlink(top.path + (place.isEmpty ? "/elsewhere" : "/elsewhere/logs"), folder.path + place)
        let error = #expect(throws: ForeignFolder.self) { try folder.check() }
        #expect(error?.description.hasPrefix("\(folder.path)\(place) is a symbolic link, ") == true)
        // One that comes later finds the writers on their guard.
        if place.isEmpty {
            #expect(throws: FileFault.self) { try writeFile(folder.path + "/index.html", Array("ours".utf8)) }
        } else {
            BuildLog(BuildLogName(.build("api")), in: folder.path + place).add("ours")
        }
        #expect(try listFolder(top.path + "/elsewhere") == ["logs"])
        #expect(try listFolder(top.path + "/elsewhere/logs") == ["api.txt"])
        #expect(try readFile(top.path + "/elsewhere/logs/api.txt", atMost: 100) == Array("theirs".utf8))
    }

    @Test(arguments: ["log.txt", "status.json"])
    func `a link in the place of a file is replaced, and what it leads to is neither read nor changed`(
        name: String
    )
        async throws
    {
        let secret = #"{"secret":"2026/11/23 18:04:05 secret"}"#
        try top.write(secret, to: "secret")
        try createFolder(folder.path)
        symlink(top.path + "/secret", folder.path + "/" + name)
        let publisher = Publisher(folder: folder.path, clock: ContinuousClock())
        publisher.open()
        let earlier = publisher.earlier()
        #expect(earlier.log.isEmpty && earlier.status == nil)
        try writeFile(folder.path + "/" + name, Array("{}".utf8), mode: 0o644)
        #expect(try fileKind(folder.path + "/" + name) == .file)
        #expect(try readFile(top.path + "/secret", atMost: 100) == Array(secret.utf8))
    }

    @Test func `beside other things the pages stand without changing the folder's rights`() throws {
        #expect(try folder.standing() == .ours)
        try top.write("logo", to: "public/logo.svg")
        #expect(try folder.standing() == .shared)
        try folder.check()
        chmod(folder.path, 0o700)
        Publisher(folder: folder.path, clock: ContinuousClock()).open()
        var answer = stat()
        stat(folder.path, &answer)
        #expect(answer.st_mode & 0o777 == 0o700)
    }
}
