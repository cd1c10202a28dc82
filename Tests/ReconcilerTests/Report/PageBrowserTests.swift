import Testing

@testable import Reconciler

/// The page in a real browser, served by a real Caddy.
@Suite(.serialized)
struct PageBrowserTests {
    private let folder: TemporaryFolder
    private let port: UInt16
    private let caddy: ServerProcess

    init() async throws {
        folder = try TemporaryFolder()
        port = try Loopback.freePort()
        try createFolder(folder.path + "/public/logs")
        let caddyfile = """
            {
                admin off
                auto_https off
            }
            http://127.0.0.1:\(port) {
                root * \(folder.path)/public
                file_server
                log {
                    output file \(folder.path)/requests
                }
            }

            """
        try folder.write(caddyfile, to: "Caddyfile")
        let arguments = ["caddy", "run", "--config", folder.path + "/Caddyfile", "--adapter", "caddyfile"]
        caddy = try await ServerProcess(arguments, in: folder, answersOn: port)
    }

    /// Writes the page as of now; `fresh` is what `status.json` beside it says, if it is something newer.
    private func publish(_ sample: SampleBoard, fresh: SampleBoard? = nil, at now: Moment = .current()) throws {
        let status = StatusDocument(board: sample.board, now: now).text
        try folder.write(Page(sample.board, now).text, to: "public/index.html")
        let later = fresh.map { StatusDocument(board: $0.board, now: now).text }
        try folder.write(later ?? status, to: "public/status.json")
    }

    private func visit(_ place: String = "", width: Int = 1_280) async throws -> Browser.Visit {
        try await Browser.visit("http://127.0.0.1:\(port)/\(place)", width: width)
    }

    /// What the browser asked the server for.
    private func requests() throws -> Set<String> {
        let log = String(decoding: try readFile(folder.path + "/requests", atMost: 4 << 20), as: UTF8.self)
        return Set(log.matches(of: /"uri":"([^"]*)"/).map { String($0.1) })
    }

    @Test(arguments: [360, 1_280])
    func `the page shows what fails, without an error and without a request elsewhere`(width: Int) async throws {
        var sample = try SampleBoard(builds: ["api", "web"], mirrors: ["alpine:3.20"])
        sample.fail(.build("api"), "exit status 1")
        try publish(sample)
        let visit = try await visit(width: width)
        #expect(visit.console == [])
        #expect(visit.text(of: "verdict") == "1 of 3 images fails")
        #expect(visit.document.contains("<title>✕ 1 · reconcile · registry.example.org</title>"))
        #expect(try requests() == ["/", "/status.json"])
    }

    @Test
    func `what changes in status.json is shown without loading the page again`() async throws {
        let before = try SampleBoard(builds: ["api", "web"])
        var after = before
        after.fail(.build("web"), "it broke just now")
        try publish(before, fresh: after)
        let visit = try await visit()
        #expect(visit.console == [])
        #expect(visit.text(of: "verdict") == "1 of 2 images fails")
        #expect(visit.document.contains("it broke just now"))
    }

    @Test
    func `hostile texts stay texts, in the table, the details and the output`() async throws {
        var sample = try SampleBoard(builds: hostileTexts.indices.map { "image-\($0)" })
        for (index, text) in hostileTexts.enumerated() {
            sample.board.apply([.runs(.build("image-\(index)"), SampleBoard.history(3, reason: text))])
            sample.fail(.build("image-\(index)"), text)
        }
        let all = hostileTexts.joined(separator: " ")
        sample.board.faults = [ConfigurationFault(file: "desired/build.json", position: nil, entry: all, message: all)]
        sample.board.webhooks = [
            .init(url: all, image: .build("image-0"), since: SampleBoard.start, tries: 1, nextTry: nil, why: all)
        ]
        try publish(sample)
        try folder.write(hostileTexts.joined(separator: "\n"), to: "public/logs/image-0.txt")
        let visit = try await visit("#image-0")
        #expect(visit.console == [])
        let count = hostileTexts.count
        #expect(visit.text(of: "verdict") == "desired/ is invalid; \(count) of \(count) images fail")
        #expect(!visit.document.contains("<title>broken in"))
        #expect(!visit.document.contains("<img") && visit.document.matches(of: /<script/).count == 3)
        #expect(visit.text(of: "log")?.contains("&lt;script&gt;document.title") == true)
        #expect(try requests() == ["/", "/status.json", "/logs/image-0.txt"])
    }

    @Test
    func `filter, search and order are in the address`() async throws {
        var sample = try SampleBoard(builds: ["api", "web", "docs"], mirrors: ["alpine:3.20"])
        sample.fail(.build("web"), "npm is not found")
        sample.fail(.build("docs"), "exit status 1")
        try publish(sample)
        let visit = try await visit("#show=failing&q=NPM&sort=-image", width: 360)
        #expect(visit.console == [])
        #expect(visit.text(of: "found") == "1 of 4 images", "a word of the reason")
        #expect(visit.document.contains(#"aria-sort="descending""#))
        #expect(visit.document.contains(#"data-key="failing" aria-pressed="true""#))
    }

    @Test
    func `a page that was opened with user and password keeps itself fresh`() async throws {
        let before = try SampleBoard(builds: ["api"])
        var after = before
        after.fail(.build("api"), "it broke just now")
        try publish(before, fresh: after)
        let visit = try await Browser.visit("http://user:secret@127.0.0.1:\(port)/")
        #expect(visit.text(of: "verdict") == "1 of 1 image fails")
    }

    @Test
    func `a service that went silent, and a registry that is away, are the first thing one sees`() async throws {
        var sample = try SampleBoard(builds: ["api"])
        sample.board.note(registrySilence: "localhost:5000 does not answer", at: .current())
        try publish(sample)
        #expect(try await visit().text(of: "verdict") == "The registry does not answer")
        try publish(sample, at: SampleBoard.start)
        let silent = try await visit()
        #expect(silent.text(of: "verdict")?.hasPrefix("No word from the service for ") == true)
        #expect(silent.document.contains("it has stopped, or hangs"))
    }

    @Test
    func `the output of a running build is shown`() async throws {
        var sample = try SampleBoard(builds: ["team/api:v2"])
        let work = ImageStatus.Work(verb: "build", reasons: [.neverBuilt], began: SampleBoard.start, line: "STEP 2/2")
        sample.board.update(.build("team/api:v2")) { $0.becomes(.working(work), at: SampleBoard.start) }
        try publish(sample)
        try folder.write("STEP 1/2: FROM scratch\nSTEP 2/2\n", to: "public/logs/team+api@v2.txt")
        let visit = try await visit("#team%2Fapi%3Av2")
        #expect(visit.console == [])
        #expect(visit.text(of: "d-name") == "team/api:v2")
        #expect(visit.text(of: "log") == "STEP 1/2: FROM scratch\nSTEP 2/2\n")
    }

    @Test
    func `2,000 images are there at once, and as rows only as far as anyone looks`() async throws {
        var sample = try SampleBoard(builds: (0..<2_000).map { "team-\($0)/service" })
        for image in sample.board.images.map(\.image) {
            sample.board.apply([.image(image, try SampleBoard.record("a")), .runs(image, SampleBoard.history(20))])
            sample.board.update(image) { $0.becomes(.inLine, at: SampleBoard.start) }
        }
        try publish(sample)
        let visit = try await visit()
        #expect(visit.console == [])
        #expect(visit.text(of: "verdict") == "All 2000 images in line")
        #expect(visit.text(of: "found") == "2000 images")
        let rows = visit.document.matches(of: /<td class="name"/).count
        #expect((100...400).contains(rows))
    }
}
