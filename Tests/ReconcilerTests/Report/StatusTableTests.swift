import Testing

@testable import Reconciler

struct StatusTableTests {
    private let now = SampleBoard.start + .seconds(3_600 * 3)

    private func summary() throws -> StatusSummary {
        var sample = try SampleBoard(builds: ["api", "web"], mirrors: ["quay.io/prometheus/node-exporter:v1.8.2"])
        let api = ImageID.build("api")
        sample.board.apply([.image(api, try SampleBoard.record("a")), .runs(api, SampleBoard.history(2))])
        sample.board.update(api) { $0.becomes(.inLine, at: SampleBoard.start) }
        sample.fail(.build("web"), "exit status 1: npm ERR! 3 of 41 assertions failed")
        sample.board.recall([.init(start: now, duration: .seconds(2), changed: 0, failing: 1)])
        return try StatusSummary(try JSONReader.read(Array(sample.document.utf8)))
    }

    private func table(_ width: Int?, isColoured: Bool = false) throws -> StatusTable {
        StatusTable(summary: try summary(), silence: .nothingWritten, now: now, width: width, isColoured: isColoured)
    }

    @Test
    func `piped, nothing is cut and the failing stand first`() throws {
        let table = try table(nil)
        #expect(
            table.lines(of: table.summary.images, withRest: true) == [
                "IMAGE                                    STATE    SINCE   REGISTRY      WHY",
                "web                                      failing  3h                    "
                    + "exit status 1: npm ERR! 3 of 41 assertions failed (next try at the next pass)",
                "quay.io/prometheus/node-exporter:v1.8.2  waiting  3h                    not looked at yet",
                "api                                      in-line  2h      \(SampleBoard.digest("a").hex.prefix(12))  "
                    + "never built",
                "no word from the service for 2h: it may hang, or have stopped",
                "1 failing, 1 waiting, 1 in line; last pass 0s ago",
            ]
        )
    }

    @Test(arguments: [60, 80, 200])
    func `no line is wider than the terminal, and no name and no reason is cut`(width: Int) throws {
        let table = try table(width)
        let lines = table.lines(of: table.summary.images, withRest: true)
        #expect(lines.allSatisfy { columns(of: $0) <= width })
        let words = lines.joined(separator: " ").split(separator: " ")
        let told =
            "quay.io/prometheus/node-exporter:v1.8.2 npm ERR! 3 of 41 assertions failed (next try at the next pass)"
        for word in told.split(separator: " ") { #expect(words.contains(word)) }
        #expect(lines[1].hasPrefix("web "))
        #expect(lines[1].contains("exit status 1"))
    }

    @Test
    func `colours add nothing but colours`() throws {
        let (plain, coloured) = (try table(80), try table(80, isColoured: true))
        let lines = coloured.lines(of: coloured.summary.images, withRest: true)
        #expect(lines[1].contains("\u{1B}[31mfailing"))
        let stripped = lines.map { $0.replacing(/\u{1B}\[\d+m/, with: "") }
        #expect(stripped == plain.lines(of: plain.summary.images, withRest: true))
    }

    @Test
    func `what waits says until when, first of all`() throws {
        var sample = try SampleBoard(builds: [], mirrors: ["alpine:3.20"])
        let image = ImageID(kind: .mirror, description: "alpine:3.20")
        let until = now + .seconds(7_200)
        sample.board.update(image) { $0.becomes(.waiting(why: "it is to stand for 24h", until: until), at: now) }
        let summary = try StatusSummary(try JSONReader.read(Array(sample.document.utf8)))
        let table = StatusTable(summary: summary, silence: .nothingWritten, now: now, width: 80, isColoured: false)
        #expect(table.lines(of: summary.images, withRest: false)[1].hasSuffix(" in 2h: it is to stand for 24h"))
        #expect(table.lines(of: summary.images[0], log: []).contains("until       \(stamp(until)), in 2h"))
    }

    @Test
    func `one image is shown in full with its runs and the log's last lines`() throws {
        let table = try table(nil)
        let image = try #require(table.summary.images.first)
        let lines = table.lines(of: image, log: ["2026/11/23 build api\u{1B}[2J"])
        #expect(lines.first == "api  in-line")
        #expect(lines.contains("registry    \(SampleBoard.digest("a")) commit \(try SampleBoard.commit("a"))"))
        #expect(lines.contains("  \(stamp(SampleBoard.start + .seconds(60)))  built    12.3 s"), "the clock of the log")
        #expect(lines.contains("size        34.6 kB"))
        #expect(lines.contains("bases       alpine:3.20 \(SampleBoard.digest("alpine"))"))
        #expect(lines.last == "  2026/11/23 build api\\u{1b}[2J")
    }

    @Test(arguments: hostileTexts)
    func `a hostile text in the document drives no terminal`(text: String) throws {
        let image = JSON(members: [
            ("image", .string(text)), ("state", .string(text)), ("why", .string(text)), ("reason", .string(text)),
            ("source", .string(text)), ("log", .string(text)),
        ])
        let summary = try StatusSummary(JSON(members: [("version", 1), ("images", .list([image]))]))
        let table = StatusTable(summary: summary, now: now, width: 80, isColoured: false)
        let lines = table.lines(of: summary.images, withRest: true) + table.lines(of: summary.images[0], log: [text])
        #expect(lines.allSatisfy { visible($0) == $0 })
    }

    @Test
    func `silence is told from the lock at once, and from the age of the pages where it cannot be seen`() throws {
        let summary = try summary()
        let written = try #require(summary.written)
        #expect(summary.silence(isHeld: true, now: written + .seconds(170)) == nil)
        #expect(summary.silence(isHeld: nil, now: written + .seconds(170)) == nil)
        #expect(summary.silence(isHeld: false, now: written) == .nobodyRuns)
        #expect(summary.silence(isHeld: true, now: written + .seconds(190)) == .nothingWritten)
        var once = try SampleBoard(builds: ["api"])
        once.board.facts.interval = nil
        let ended = try StatusSummary(try JSONReader.read(Array(once.document.utf8)))
        #expect(ended.silence(isHeld: false, now: written + .seconds(86_400)) == nil, "a single pass that is over")
        once.board.beginPass(at: SampleBoard.start)
        let cut = try StatusSummary(try JSONReader.read(Array(once.document.utf8)))
        #expect(cut.silence(isHeld: false, now: written) == .nobodyRuns, "a single pass that was killed")
    }

    @Test
    func `a registry that is away and an invalid configuration are told with when they began`() throws {
        var sample = try SampleBoard(builds: ["api"])
        sample.board.note(registrySilence: "localhost:5000 does not answer: cannot connect", at: SampleBoard.start)
        let fault = ConfigurationFault(file: "desired/build.json", position: nil, entry: "api", message: "no URL")
        sample.board.note(faults: [fault], at: SampleBoard.start)
        let summary = try StatusSummary(try JSONReader.read(Array(sample.document.utf8)))
        let lines = StatusTable(summary: summary, now: now, width: nil, isColoured: false).lines(of: [], withRest: true)
        #expect(
            lines.prefix(3) == [
                "desired/build.json: api: no URL",
                "desired/ is invalid since \(stamp(SampleBoard.start)), 3h ago; the last valid one stays in use",
                "registry localhost:5000 does not answer: cannot connect; waiting for it, since "
                    + "\(stamp(SampleBoard.start)), 3h ago",
            ]
        )
    }

    @Test
    func `a document of another version is refused`() throws {
        #expect(throws: Malformed.self) { try StatusSummary(try JSONReader.read(Array(#"{"version":2}"#.utf8))) }
    }

    @Test
    func `wide characters take two columns and marks none`() {
        #expect(columns(of: "a日本é") == 6)
        #expect(columns(of: "e\u{301}") == 1)
        #expect(fitted("日本語", 5) == "日本…")
        #expect(padded("日本", 6) == "日本  ")
        #expect(fitted("abc", 0) == "")
        #expect(wrapped("ab cd efghi", 5) == ["ab cd", "efghi"])
        #expect(wrapped("日本語 ab", 4) == ["日本", "語", "ab"])
        #expect(wrapped("", 4) == [""])
    }
}
