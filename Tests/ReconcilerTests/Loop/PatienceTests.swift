import Testing

@testable import Reconciler

struct PatienceTests {
    private let image = ImageID.build("api")

    private func recording(_ state: StateFile, at now: Moment) throws -> Recording {
        Recording(
            state: state,
            reporter: Reporter(
                try SampleBoard(builds: ["api"]).board.facts,
                pages: "/nonexistent",
                screen: Screen(descriptor: -1)
            ),
            repeatsFailures: false,
            now: { now },
            announcements: { _, _ in [] },
            onSaved: {}
        )
    }

    @Test func `a look that failed waits longer each time it was due, and not for passes or nudges in between`()
        async throws
    {
        let folder = try TemporaryFolder()
        let start = Moment(seconds: 1_800_000_000)
        let state = try StateFile(in: folder.path, now: start)
        func fail(at now: Moment, _ why: String = "no answer") async throws -> FailureRecord? {
            try await recording(state, at: now).note([Drift(image: image, verdict: .unknown(why))])
            return await state.recorded[failure: image]
        }
        let first = try #require(try await fail(at: start))
        #expect(first.tries == 1)
        for second in 1...10 { #expect(try await fail(at: start + .seconds(second)) == first) }
        let other = try #require(try await fail(at: start + .seconds(11), "another answer"))
        #expect((other.tries, other.nextTry, other.reason) == (1, first.nextTry, "another answer"))
        let second = try #require(try await fail(at: first.nextTry))
        #expect(second.tries == 2)
        #expect(second.nextTry - first.nextTry >= .seconds(96))
        let setBack = try #require(try await fail(at: start + .seconds(-86_400)))
        #expect(setBack.nextTry - start < .zero, "a clock that was set back does not make it wait for ever")
    }

    @Test func `too little space is said once, and tried again in every pass`() async throws {
        let folder = try TemporaryFolder()
        let start = Moment(seconds: 1_800_000_000)
        let state = try StateFile(in: folder.path, now: start)
        let why = try #require(lackOfSpace(at: folder.path, floor: ByteCount(bytes: .max)))
        #expect(lackOfSpace(at: folder.path, floor: ByteCount(bytes: .max)) == why)
        #expect(lackOfSpace(at: folder.path + "/not/yet", floor: ByteCount(bytes: .max)) != nil)
        #expect(lackOfSpace(at: folder.path, floor: ByteCount(bytes: 1)) == nil)
        for second in 0..<3 {
            let now = start + .seconds(second)
            try await recording(state, at: now).note([Drift(image: image, verdict: .unknown(why))])
            let failure = try #require(await state.recorded[failure: image])
            #expect((failure.since, failure.tries) == (start, 1))
            #expect(!failure.waits(at: now))
        }
    }

    @Test func `what failed before and is now held back by a rule of its own fails no more`() async throws {
        let folder = try TemporaryFolder()
        let start = Moment(seconds: 1_800_000_000)
        let state = try StateFile(in: folder.path, now: start)
        try await recording(state, at: start).note([Drift(image: image, verdict: .unknown("no answer"))])
        let wait = Verdict.waiting(until: start + .seconds(60), why: "settles", [])
        let held = try recording(state, at: start)
        await held.note([Drift(image: image, verdict: wait, isHeld: true)])
        #expect(await held.standings[image] == .failing(why: "settles"))
        await held.note([Drift(image: image, verdict: wait)])
        #expect(await held.standings[image] == .waiting(why: "settles"))
        #expect(await state.recorded[failure: image] == nil)
        let result = Pass.Result(images: await held.standings, seen: Observation())
        #expect(result.summary == "pass: 1 waiting")
        #expect(result.isConverged)
    }

    @Test func `what waits is not done sooner because it was forced before`() throws {
        let start = Moment(seconds: 1_800_000_000)
        let verdict = Verdict.drifted(.copy(.of("a".utf8)), [.forced])
        let failure = FailureRecord(
            reason: "x",
            since: start,
            tries: 1,
            nextTry: start + .seconds(60),
            fingerprint: verdict.fingerprint
        )
        let drift = Drift(image: image, verdict: verdict)
        guard case .waiting = drift.held(by: failure, at: start).verdict else {
            Issue.record("not held")
            return
        }
        #expect(drift.held(by: failure, at: start + .seconds(60)).verdict == verdict)
        #expect(drift.held(by: failure, at: start + .seconds(-86_400)).verdict == verdict, "the clock was set back")
    }

    @Test func `of a request to force, what was done is not done again for what is still open`() throws {
        let folder = try TemporaryFolder()
        let force = ForceRequests(state: folder.path)
        try force.add([Glob("*")])
        force.settle(force.pending(), after: [.build("done"): .converged, .build("open"): .failing(why: "x")])
        let patterns = force.pending().flatMap(\.patterns)
        #expect(patterns.map(\.description) == ["open"])
        force.settle(force.pending(), after: [.build("done"): .inLine, .build("open"): .converged])
        #expect(force.pending().isEmpty)
    }

    @Test(arguments: [
        ("git@github.com:01-edu/public.git", true), ("https://GitHub.com/01-Edu/Public", true),
        ("git@github-deploy:01-edu/public.git", true), ("ssh://git@host:2222/01-edu/public", true),
        ("https://elsewhere/01-edu/public", false), ("git@github.com:01-edu/public2", false), (".", false),
    ])
    func `a push is about every source that may be that repository`(url: String, isMeant: Bool) throws {
        let pushed = PushedRepositories([try GitURL("https://github.com/01-edu/public.git").identity])
        #expect(pushed.contains(try GitURL(url)) == isMeant)
    }

    @Test func `nudges make the config repo and each source be looked at every ten seconds, and an empty call nothing`()
        throws
    {
        let desired = try Desired.reading(build: #"{ "a": { "URL": "https://host/a.git" } }"#)
        var early = EarlyLooks()
        var (configuration, sources) = (0, 0)
        for tenth in 0..<300 {
            let now = Duration.milliseconds(tenth * 100)
            early.ask(.everything, of: desired, [], at: now)
            let due = early.takeDue(at: now)
            configuration += due.isConfigurationDue ? 1 : 0
            sources += due.looks.count { if case .source = $0 { true } else { false } }
        }
        #expect((configuration, sources) == (3, 3))
        var calm = EarlyLooks()
        calm.ask(.repositories([]), of: desired, [], at: .zero)
        #expect(calm.nextDue == nil)
    }
}

extension Desired {
    fileprivate static func reading(build: String) throws -> Desired {
        let folder = try TemporaryFolder()
        try folder.write(build, to: "desired/build.json")
        return try DesiredReader(allowedFolders: []).read(checkout: folder.path)
    }
}
