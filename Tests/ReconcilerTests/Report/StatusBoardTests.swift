import Testing

@testable import Reconciler

struct StatusBoardTests {
    private let start = SampleBoard.start
    private let api = ImageID.build("api")

    private func context(_ name: String) throws -> SourceState {
        let id = try SampleBoard.commit(name)
        let commit = GitCommit(id: id, tree: id, time: 0, subject: "Answer faster")
        return SourceState(commit: commit, branch: "main", context: .missing("not needed"))
    }

    private func build(_ name: String) throws -> Action {
        let id = try SampleBoard.commit(name)
        return .build(
            BuildInputs(tree: id, dockerfile: id, options: [:]),
            at: try context(name),
            tags: [.latest]
        )
    }

    @Test
    func `an image is followed from its drift over its build to being in line`() throws {
        var board = try SampleBoard(builds: ["api"]).board
        board.beginPass(at: start)
        let drift = Drift(image: api, verdict: .drifted(try build("new"), [.neverBuilt]))
        let seen = Observation(sources: ["api": .present(try context("new"))])
        board.see(seen, [drift], now: start)
        #expect(board[api]?.condition == .waiting(why: "due to build: never built", until: nil))
        #expect(board[api]?.desired.subject == "Answer faster")
        let work = ImageStatus.Work(verb: "build", reasons: [.neverBuilt], began: start)
        board.update(api) { $0.becomes(.working(work), at: start + .seconds(1)) }
        #expect(board.counts == ["working": 1])
        #expect(board[api]?.since == start + .seconds(1))
        board.apply([.image(api, try SampleBoard.record("new")), .runs(api, SampleBoard.history(1))])
        board.update(api) { $0.becomes(.inLine, at: start + .seconds(9)) }
        board.endPass(at: start + .seconds(10))
        #expect(board[api]?.actual.digest == SampleBoard.digest("new"))
        #expect(board[api]?.history.reason == "never built")
        #expect(board.passes == [.init(start: start, duration: .seconds(10), changed: 1, failing: 0)])
        #expect(board.lastSuccess == start + .seconds(10))
        #expect(board.work == (due: 1, done: 1))
    }

    @Test
    func `a failure is dated by when it began, and goes with its record`() throws {
        var sample = try SampleBoard(builds: ["api"])
        sample.fail(api, "exit status 1")
        sample.fail(api, "exit status 2")
        #expect(sample.board[api]?.since == start)
        #expect(sample.board[api]?.condition == .failing(why: "exit status 2"))
        sample.board.apply([.failure(api, nil)])
        #expect(sample.board[api]?.failure == nil)
    }

    @Test
    func `after a restart images stand as the state file says`() throws {
        var recorded = Recorded()
        let failure = FailureRecord(reason: "no", since: start, tries: 4, nextTry: start, fingerprint: "x")
        let history = SampleBoard.history(3, reason: "commit touches js/tests")
        recorded.apply(.image(api, try SampleBoard.record("old")))
        recorded.apply(.runs(api, history))
        recorded.apply(.failure(.build("web"), failure))
        let sample = try SampleBoard(builds: ["api", "web", "new"])
        var board = StatusBoard(sample.board.facts)
        board.desire(sample.desired, recorded, now: start + .seconds(999))
        #expect(board.images.map(\.condition.name) == ["in-line", "failing", "waiting"])
        #expect(board[api]?.history == history)
        #expect(board[api]?.since == history.changed)
        #expect(board[.build("web")]?.failure?.tries == 4)
    }

    @Test(arguments: ["paused", "waiting", "unknown"])
    func `what goes on after a restart did not begin with it`(state: String) throws {
        let (began, later) = (start + .seconds(-7_200), start + .seconds(60))
        let next: [String: ImageStatus.Condition] = [
            "paused": .paused, "waiting": .waiting(why: "settling", until: nil), "unknown": .unknown(why: "no answer"),
        ]
        let desired = try SampleBoard(builds: ["web", "api"]).desired
        var earlier = StatusBoard(try SampleBoard(builds: []).board.facts)
        earlier.desire(desired, Recorded(), now: began)
        earlier.update(api) { $0.becomes(next[state] ?? .inLine, at: began) }
        earlier.note(registrySilence: "away", at: began)
        earlier.note(faults: [ConfigurationFault(file: "a", position: nil, entry: nil, message: "b")], at: began)
        let written = Array(StatusDocument(board: earlier, now: start).text.utf8)

        var board = StatusBoard(earlier.facts)
        board.recall(try #require(EarlierStatus(written)))
        board.desire(desired, Recorded(), now: start)
        board.update(api) { $0.becomes(next[state] ?? .inLine, at: later) }
        #expect(board[api]?.since == began)
        board.note(registrySilence: "localhost:5000 does not answer", at: later)
        board.note(faults: [ConfigurationFault(file: "a", position: nil, entry: nil, message: "b")], at: later)
        #expect(board.troubles.since == began)
        #expect(board.faultsSince == began)
        board.note(registrySilence: nil, at: later)
        board.note(registrySilence: "localhost:5000 does not answer", at: later + .seconds(1))
        #expect(board.troubles.since == later + .seconds(1), "it began anew")
    }

    @Test
    func `an image that nobody can look at is dated by its first failure, over a restart too`() throws {
        var recorded = Recorded()
        let failure = FailureRecord(reason: "no", since: start, tries: 4, nextTry: start, fingerprint: "look")
        recorded.apply(.failure(api, failure))
        var board = StatusBoard(try SampleBoard(builds: []).board.facts)
        board.desire(try SampleBoard(builds: ["api"]).desired, recorded, now: start + .seconds(999))
        board.update(api) { $0.becomes(.unknown(why: "no"), at: start + .seconds(1_000)) }
        #expect(board[api]?.since == start)
    }

    @Test
    func `an image that is desired no longer is shown no longer`() throws {
        var sample = try SampleBoard(builds: ["api", "web"])
        sample.fail(api, "exit status 1")
        sample.board.desire(try SampleBoard(builds: ["api", "docs"]).desired, Recorded(), now: start)
        #expect(sample.board.images.map(\.image.description) == ["api", "docs"])
        #expect(sample.board[api]?.condition == .failing(why: "exit status 1"))
        #expect(sample.board[.build("web")] == nil)
    }

    @Test
    func `only the passes of a day are kept`() throws {
        var board = try SampleBoard(builds: []).board
        for minute in 0..<3_000 {
            board.beginPass(at: start + .seconds(60 * minute))
            board.endPass(at: start + .seconds(60 * minute + 1))
        }
        #expect(board.passes.count == 1_440)
        #expect(board.durations.count == 3_000)
        #expect(board.passes.last?.start == start + .seconds(60 * 2_999))
    }
}
