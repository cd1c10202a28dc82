import Glibc
import Testing

@testable import Reconciler

struct ProgressTests {
    private let start = SampleBoard.start

    private func board() throws -> StatusBoard {
        var board = try SampleBoard(builds: ["api", "web"], mirrors: ["alpine:3.20"]).board
        board.beginPass(at: start)
        let drifts = board.images.map {
            Drift(image: $0.image, verdict: .drifted(.copy(SampleBoard.digest("a")), [.forced]))
        }
        board.see(Observation(), drifts, now: start)
        var build = ImageStatus.Work(verb: "build", reasons: [], began: start)
        build.line = "STEP 7/12: RUN npm ci"
        board.update(.build("api")) { $0.becomes(.working(build), at: start) }
        var copy = ImageStatus.Work(verb: "copy", reasons: [], began: start)
        (copy.bytes, copy.total) = (30_000_000, 90_000_000)
        board.update(Array(board.images)[2].image) { $0.becomes(.working(copy), at: start) }
        return board
    }

    @Test
    func `what runs has a line each and a total`() throws {
        let lines = ProgressLines(try board(), start + .seconds(15)).text(size: (100, 24))
        #expect(
            lines == [
                "build    api          0:15  STEP 7/12: RUN npm ci",
                "copy     alpine:3.20  ███░░░░░░░  33%  30.0 MB of 90.0 MB  2.0 MB/s  0:30 left",
                "0 of 3 done  0:15",
            ]
        )
    }

    @Test
    func `before anything is compared it says what is looked at, and between passes nothing`() throws {
        var board = try SampleBoard(builds: ["api"]).board
        #expect(ProgressLines(board, start).text(size: (80, 24)).isEmpty)
        board.beginPass(at: start)
        #expect(ProgressLines(board, start + .seconds(61)).text(size: (80, 24)) == ["looking at 1 image  1:01"])
    }

    @Test(arguments: [20, 40, 80])
    func `lines are narrower than the terminal, and leave half of it`(width: Int) throws {
        let lines = ProgressLines(try board(), start + .seconds(15)).text(size: (width, 4))
        #expect(lines.count == 2)
        #expect(lines.allSatisfy { columns(of: $0) < width })
        #expect(ProgressLines(try board(), start).text(size: (200, 4)).last?.contains("and 1 more at work") == true)
    }

    @Test
    func `on a terminal the log scrolls above the lines, and nothing is left of them`() async throws {
        let terminal = try pseudoTerminal()
        let screen = Screen(descriptor: terminal.1.number, isDumb: false)
        let lines = ProgressLines(try board(), start + .seconds(15))
        let drawing = Task { await screen.run { lines.text(size: $0) } }
        screen.note()
        var shown = await read(terminal.0, until: "0 of 3 done  0:15\r\n")
        screen.print("2026/11/23 23:15:00 build web\n")
        shown += await read(terminal.0, until: "0 of 3 done  0:15\r\n")
        drawing.cancel()
        await drawing.value
        shown += await read(terminal.0, until: "\u{1B}[J")
        #expect(shown.contains("\u{1B}[3F\u{1B}[J2026/11/23 23:15:00 build web\r\n"))
        #expect(shown.hasSuffix("\u{1B}[3F\u{1B}[J"))
    }

    @Test
    func `while nothing is known to be done, each place that is waited for has a line`() async throws {
        var board = try SampleBoard(builds: ["api"]).board
        board.beginPass(at: start)
        let watch = LookWatch { start }
        await watch.looking(at: "docker.io") {}
        await watch.looking(at: "docker.io") {
            await watch.looking(at: "https://example.org/api.git") {
                let lines = ProgressLines(board, start + .seconds(7), watch).text(size: (80, 24))
                #expect(lines.last == "looking at 1 image  1 answer  0:07")
                #expect(lines.first?.split(separator: " ").joined(separator: " ") == "look docker.io 0:07 1 of 2")
                #expect(lines.dropFirst().first?.hasPrefix("look     https://example.org/ap") == true)
            }
        }
        #expect(watch.waiting.isEmpty && watch.done == 3)
    }

    @Test
    func `plan shows on a terminal what is looked at, and leaves no trace of it`() async throws {
        let (folder, terminal) = (try TemporaryFolder(), try pseudoTerminal())
        let screen = Screen(descriptor: terminal.1.number, isDumb: false)
        let reporter = Reporter(try SampleBoard(builds: []).board.facts, pages: folder.path + "/public", screen: screen)
        var shown = try await reporter.showing {
            await reporter.watch.looking(at: "docker.io") {
                await read(terminal.0, through: "look     docker.io  ")
            }
        }
        shown += await read(terminal.0, until: "\u{1B}[J")
        #expect(shown.contains("looking at the config repo"))
        #expect(try fileKind(folder.path + "/public") == nil)
    }

    @Test
    func `what was drawn in a wider window is taken away whole`() async throws {
        let terminal = try pseudoTerminal()
        let screen = Screen(descriptor: terminal.1.number, isDumb: false)
        let drawing = Task { await screen.run { ["a line that is as wide as \($0.columns) columns allow"] } }
        screen.note()
        _ = await read(terminal.0, until: "as wide as 80 columns allow\r\n")
        var size = winsize(ws_row: 10, ws_col: 20, ws_xpixel: 0, ws_ypixel: 0)
        #expect(ioctl(terminal.1.number, UInt(TIOCSWINSZ), &size) == 0)
        let next = await read(terminal.0, until: "as wide as 20 columns allow\r\n")
        #expect(next.hasPrefix("\u{1B}[3F\u{1B}[J"), "42 columns are three rows of 20: \(visible(next))")
        drawing.cancel()
        await drawing.value
    }

    @Test
    func `without a terminal nothing is drawn, and lines are plain`() async throws {
        let folder = try TemporaryFolder()
        let file = FileDescriptor(open(folder.path + "/out", O_RDWR | O_CREAT | O_CLOEXEC, 0o600))
        let screen = Screen(descriptor: file.number)
        let lines = ProgressLines(try board(), start)
        screen.note()
        await screen.run { lines.text(size: $0) }
        screen.print("a line\n")
        #expect(try readFile(folder.path + "/out", atMost: 100) == Array("a line\n".utf8))
    }

    /// Both ends of a new terminal, ours first (pts(4), ioctl_tty(2)).
    private func pseudoTerminal() throws -> (FileDescriptor, FileDescriptor) {
        let ours = FileDescriptor(open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC))
        var (locked, number) = (Int32(0), Int32(0))
        let (unlock, getNumber) = (UInt(0x4004_5431), UInt(0x8004_5430))
        try #require(ioctl(ours.number, unlock, &locked) == 0 && ioctl(ours.number, getNumber, &number) == 0)
        return (ours, FileDescriptor(open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)))
    }

    /// Reads what the terminal was sent, until it ends so.
    private func read(_ terminal: FileDescriptor, until end: String) async -> String {
        await read(terminal) { $0.hasSuffix(end) }
    }

    /// Reads what the terminal was sent, until there was `words` among it.
    private func read(_ terminal: FileDescriptor, through words: String) async -> String {
        await read(terminal) { $0.contains(words) }
    }

    /// Waits on a thread of its own: those of the runtime are needed by what is drawn.
    private func read(_ terminal: FileDescriptor, _ isEnough: @escaping @Sendable (String) -> Bool) async -> String {
        let text = try? await onThread {
            var (bytes, piece) = ([UInt8](), [UInt8](repeating: 0, count: 4_096))
            while !isEnough(String(decoding: bytes, as: UTF8.self)) {
                let count = Glibc.read(terminal.number, &piece, piece.count)
                guard count > 0 else { break }
                bytes += piece[..<count]
            }
            return String(decoding: bytes, as: UTF8.self)
        }
        return text ?? ""
    }
}
