import Testing

@testable import Reconciler

struct RunHistoryTests {
    private let api = ImageID.build("api")

    private func drift(_ name: String) throws -> Drift {
        let id = try SampleBoard.commit(name)
        let commit = GitCommit(id: id, tree: id, time: 0, subject: "Answer <faster>")
        let source = SourceState(commit: commit, branch: "main", context: .missing("not needed"))
        let inputs = BuildInputs(tree: id, dockerfile: id, options: [:])
        return Drift(image: api, verdict: .drifted(.build(inputs, at: source, tags: [.latest]), [.neverBuilt]))
    }

    @Test
    func `a history is read back as it was written`() throws {
        let history = SampleBoard.history(5, failing: true)
        #expect(RunHistory(history.json) == history)
        #expect(RunHistory(try JSONReader.read(Array(#"{"runs":[[1,2]]}"#.utf8))) == nil)
        #expect(RunHistory(try JSONReader.read(Array(#"{"runs":[[1,1e300,"built"]]}"#.utf8))) == nil)
    }

    @Test
    func `only the last twenty runs and a short reason are kept`() {
        let history = SampleBoard.history(50, reason: String(repeating: "x", count: 5_000))
        #expect(history.runs.count == 20)
        #expect(history.runs.last?.start == SampleBoard.start + .seconds(49 * 60))
        #expect(history.reason?.count == 300)
    }

    @Test
    func `a try, its reason and its result are in the state file after a restart`() async throws {
        let folder = try TemporaryFolder()
        let board = try SampleBoard(builds: ["api"]).board
        let reporter = Reporter(board.facts, pages: folder.path + "/public", screen: Screen(descriptor: -1))
        let state = try StateFile(in: folder.path, now: SampleBoard.start)
        let recording = Recording(
            state: state,
            reporter: reporter,
            repeatsFailures: true,
            now: { SampleBoard.start + .seconds(3) },
            announcements: { _, _ in [] },
            onSaved: {}
        )
        let drift = try drift("a")
        await recording.note(drift, .stalled(why: "no"), [.neverBuilt], since: SampleBoard.start)
        await recording.note(drift, .cancelled, [.neverBuilt], since: SampleBoard.start)
        let record = try SampleBoard.record("a")
        await recording.note(drift, .converged(record, news: "built"), [.neverBuilt], since: SampleBoard.start)
        let history = try StateFile.peek(in: folder.path)[runs: api]
        #expect(history.runs.map(\.result) == [.failed, .built])
        #expect(history.runs.last?.duration == .seconds(3))
        #expect(history.reason == "never built “Answer <faster>”")
        #expect(history.changed == SampleBoard.start + .seconds(3))
    }
}
