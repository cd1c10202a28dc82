import Testing

@testable import Reconciler

struct PlanTests {
    /// One image of every verdict.
    private func plan() throws -> Plan {
        let tag = try Tag("1")
        let record = try Hand.mirrored("old")
        let build = Action.build(try Hand.inputs(), at: try Hand.source(), tags: [try Tag("latest")])
        let commit = Reason.commit(from: try Hand.id("1"), to: try Hand.id("2"), touches: "js")
        let name = try RepositoryName("up")
        func mirror(_ tag: String, _ verdict: Verdict) throws -> Drift {
            Drift(image: .mirror(name, try Tag(tag)), verdict: verdict)
        }
        return Plan(drifts: [
            Drift(image: .build("a"), verdict: .inLine),
            Drift(image: .build("b"), verdict: .drifted(build, [commit, .entry(["target"])])),
            Drift(image: .build("c"), verdict: .paused),
            try mirror("1", .learn(record)),
            try mirror("2", .drifted(.copy(record.digest), [.neverCopied])),
            try mirror(
                "3",
                .drifted(.putBack(record, under: [tag], otherwise: nil), [.missing(tag), .lookFailed("500")])
            ),
            try mirror("4", .waiting(until: Hand.now, why: "settling", [.neverCopied])),
            try mirror("5", .unknown("no route\nto host")),
            try mirror("6", .stalled("not there upstream")),
        ])
    }

    @Test func `people get a line for each image that is not simply in line, and the counts`() throws {
        #expect(
            try plan().lines == [
                "build b: commit 1111111→2222222 touches js; the entry's target changed",
                "paused c",
                "copy up:2: never copied",
                "put back up:3: 1 is missing in the registry; 500",
                "wait up:4: settling, until 2023-11-14T22:13:20Z",
                "unknown up:5: no route\\nto host",
                "stalled up:6: not there upstream",
                "1 to build, 1 to copy, 1 to put back, 2 in line, 1 waiting, 1 paused, 1 unknown, 1 stalled",
            ]
        )
    }

    @Test func `what could not be seen or cannot be mended is complained of, one line each`() throws {
        #expect(try plan().complaints == ["up:3: 500", "up:5: no route\\nto host", "up:6: not there upstream"])
    }

    @Test func `what is to be built on a copy that is held back waits with it`() throws {
        let (api, web) = (ImageID.build("api"), ImageID.build("web"))
        let action = Action.build(try Hand.inputs(), at: try Hand.source(), tags: [.latest])
        let base = ImageID.mirror(try RepositoryName("up"), .latest)
        let copy = Verdict.drifted(.copy(Hand.digest("new")), [.neverCopied])
        let found = [
            Drift(image: web, verdict: .drifted(action, [.neverBuilt])),
            Drift(image: api, verdict: .drifted(action, [.neverBuilt])), Drift(image: base, verdict: copy),
        ]
        let wait = Verdict.waiting(until: Hand.now, why: "no pulls are left", [.neverCopied])
        let allowed = [found[0], found[1], Drift(image: base, verdict: wait)]
        let bases = [web: [api], api: [base]]
        let plan = Plan(drifts: allowed.waiting(for: bases, of: found))
        let until = "until 2023-11-14T22:13:20Z"
        #expect(
            plan.lines == [
                "wait web: base api: base up:latest: no pulls are left, \(until)",
                "wait api: base up:latest: no pulls are left, \(until)", "wait up:latest: no pulls are left, \(until)",
                "0 in line, 3 waiting",
            ]
        )
        #expect(!plan.hasDrift)
        #expect(found.waiting(for: bases, of: found) == found)
    }

    @Test func `what stops all work is complained of`() throws {
        var plan = try plan()
        plan.obstacle = "no space"
        #expect(plan.complaints.first == "nothing can be built or copied: no space")
    }

    @Test func `only work to do is drift`() throws {
        #expect(try plan().hasDrift)
        let others = try plan().drifts.filter { !$0.verdict.needsWork }
        #expect(!Plan(drifts: others).hasDrift)
    }

    @Test func `programs get the same with the values in full`() throws {
        let (one, two) = (try Hand.id("1"), try Hand.id("2"))
        let commit =
            #"{"reason":"commit","text":"commit 1111111→2222222 touches js","from":"\#(one)","to":"\#(two)"}"#
        #expect(
            try plan().json.compact == #"{"version":1,"drift":true,"images":["#
                + #"{"image":"a","kind":"build","verdict":"in-line"},"#
                + #"{"image":"b","kind":"build","verdict":"drifted","action":"build","reasons":["# + commit
                + #",{"reason":"entry","text":"the entry's target changed"}]},"#
                + #"{"image":"c","kind":"build","verdict":"paused"},"#
                + #"{"image":"up:1","kind":"mirror","verdict":"in-line"},"#
                + #"{"image":"up:2","kind":"mirror","verdict":"drifted","action":"copy","#
                + #""reasons":[{"reason":"never-copied","text":"never copied"}]},"#
                + #"{"image":"up:3","kind":"mirror","verdict":"drifted","action":"put back","#
                + #""reasons":[{"reason":"missing","text":"1 is missing in the registry"},"#
                + #"{"reason":"look-failed","text":"500"}]},"#
                + #"{"image":"up:4","kind":"mirror","verdict":"waiting","until":"2023-11-14T22:13:20Z","#
                + #""why":"settling","reasons":[{"reason":"never-copied","text":"never copied"}]},"#
                + #"{"image":"up:5","kind":"mirror","verdict":"unknown","why":"no route\nto host"},"#
                + #"{"image":"up:6","kind":"mirror","verdict":"stalled","why":"not there upstream"}]}"#
        )
    }
}
