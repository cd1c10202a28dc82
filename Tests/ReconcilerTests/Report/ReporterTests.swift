import Glibc
import Testing

@testable import Reconciler

struct ReporterTests {
    private let folder: TemporaryFolder
    private let sample: SampleBoard
    private let api = ImageID.build("team/api")

    init() throws {
        folder = try TemporaryFolder()
        sample = try SampleBoard(builds: ["team/api"])
    }

    private var pages: String { folder.path + "/public" }

    private func reporter() -> Reporter {
        Reporter(sample.board.facts, pages: pages, screen: Screen(descriptor: -1), clock: SkippingClock())
    }

    private func text(_ name: String) throws -> String {
        String(decoding: try readFile("\(pages)/\(name)", atMost: 4 << 20), as: UTF8.self)
    }

    private func mode(_ path: String) -> mode_t {
        var answer = stat()
        return stat(path, &answer) == 0 ? answer.st_mode & 0o777 : 0
    }

    @Test
    func `while an image is built, the pages show it with its output`() async throws {
        let reporter = reporter()
        try await reporter.publishing(after: reporter.earlierPages()) {
            reporter.passBegan(sample.desired, Recorded())
            reporter.workBegan(api, .copy(SampleBoard.digest("a")), [.forced])
            reporter.output(api, "STEP 1/2: RUN \u{1B}[31mmake")
            try await eventually("status.json shows the work") {
                try fileKind(pages + "/status.json") != nil && text("status.json").contains("\"line\":\"STEP 1/2")
            }
            #expect(try text("logs/team+api.txt") == "STEP 1/2: RUN \\u{1b}[31mmake\n")
            reporter.recorded([.image(api, try SampleBoard.record("a")), .runs(api, SampleBoard.history(1))])
            reporter.workEnded(api, .converged)
            reporter.log("build team/api")
            reporter.passEnded()
        }
        let json = try JSONReader.read(Array(try text("status.json").utf8))
        #expect(json["counts"]?["in-line"]?.int == 1)
        #expect(json["passes"]?.array?.count == 1)
        #expect(try text("log.txt").hasSuffix(" build team/api\n"))
        #expect(try text("metrics").contains("reconcile_image_in_line{image=\"team/api\",kind=\"build\"} 1\n"))
        #expect(try text("index.html").contains("All 1 image in line"))
    }

    @Test
    func `everyone may read the pages`() async throws {
        let reporter = reporter()
        await reporter.publishing(after: reporter.earlierPages()) {
            reporter.passBegan(sample.desired, Recorded())
            reporter.output(api, "a line")
            reporter.log("a line")
            reporter.passEnded()
        }
        for name in ["", "/logs"] { #expect(mode(pages + name) == 0o755) }
        for name in ["index.html", "status.json", "metrics", "log.txt", "logs/team+api.txt"] {
            #expect(mode("\(pages)/\(name)") == 0o644)
        }
    }

    @Test
    func `the pages are written when they are known to be true, and again and again while nothing changes`()
        async throws
    {
        let reporter = Reporter(
            sample.board.facts,
            pages: pages,
            screen: Screen(descriptor: -1),
            clock: SkippingClock(),
            beats: SkippingClock()
        )
        try await reporter.publishing(after: reporter.earlierPages()) {
            reporter.desires(sample.desired, Recorded())
            try await eventually("the page is there before any pass") { try fileKind(pages + "/index.html") != nil }
            try removeTree(pages + "/index.html")
            try await eventually("the page is there again") { try fileKind(pages + "/index.html") != nil }
        }
    }

    @Test
    func `what a pass changes in a burst is one write`() async throws {
        let clock = SteppedClock()
        let reporter = Reporter(sample.board.facts, pages: pages, screen: Screen(descriptor: -1), clock: clock)
        try await reporter.publishing(after: reporter.earlierPages()) {
            reporter.passBegan(sample.desired, Recorded())
            try await eventually("it waits for more") { clock.sleepers == 1 }
            #expect(try fileKind(pages + "/status.json") == nil)
            reporter.passEnded()
            clock.step()
            try await eventually("it is written, and then rests") { clock.sleepers == 1 }
            #expect(try JSONReader.read(Array(try text("status.json").utf8))["passes"]?.array?.count == 1)
        }
    }

    @Test
    func `a page that cannot be written takes neither the status nor the metrics with it`() async throws {
        try folder.write("in the way", to: "public/index.html/file")
        let reporter = reporter()
        await reporter.publishing(after: reporter.earlierPages()) { reporter.passBegan(sample.desired, Recorded()) }
        #expect(try fileKind(pages + "/index.html/file") == .file)
        #expect(try text("status.json").contains("\"images\":["))
        #expect(try text("metrics").contains("reconcile_build_info"))
    }

    @Test(arguments: [(0, 1_000), (20, 1_000), (250, 5_000), (4_000, 10_000)])
    func `pages that take long to write are written less often, and still soon enough to show life`(
        milliseconds: Int,
        rest: Int
    ) {
        #expect(Publisher.rest(after: .milliseconds(milliseconds)) == .milliseconds(rest))
        #expect(Publisher.rest(after: .milliseconds(milliseconds)) < Reporter.heartbeat)
    }

    @Test
    func `a registry that is away is on the page though no pass was made`() async throws {
        let reporter = reporter()
        await reporter.publishing(after: reporter.earlierPages()) {
            reporter.registry(silence: "localhost:5000 does not answer")
        }
        #expect(try fileKind(pages + "/index.html") != nil)
        let json = try JSONReader.read(Array(try text("status.json").utf8))
        #expect(json["trouble"]?.string == "registry localhost:5000 does not answer; waiting for it")
        #expect(json["troubleSince"]?.int != nil)
    }

    @Test
    func `passes and recent lines of an earlier run are kept`() async throws {
        for number in 1...2 {
            let reporter = reporter()
            await reporter.publishing(after: reporter.earlierPages()) {
                reporter.passBegan(sample.desired, Recorded())
                reporter.log("run \(number)")
                reporter.passEnded()
            }
        }
        #expect(try JSONReader.read(Array(try text("status.json").utf8))["passes"]?.array?.count == 2)
        #expect(try text("log.txt").split(separator: "\n").map { $0.dropFirst(20) } == ["run 1", "run 2"])
    }

    @Test
    func `pages that cannot be written hold up nothing, and it is said once`() async throws {
        try folder.write("in the way", to: "public")
        let reporter = reporter()
        try await reporter.publishing(after: reporter.earlierPages()) {
            reporter.passBegan(sample.desired, Recorded())
            reporter.output(api, "a line")
            try await eventually("the fault is logged") { reporter.journal.recent.contains("cannot be written") }
            for _ in 0..<20 { reporter.passEnded() }
        }
        #expect(reporter.journal.recent.split(separator: "\n").count == 1)
    }
}
