import Testing

@testable import Reconciler

struct BuildDriftTests {
    /// One entry's surroundings; what a case does not say is in line.
    private struct Case {
        var entry = ""
        var source: Observed<SourceState>?
        var labels: Observed<BuildLabels> = .absent
        var seen: [String: Observed<Digest>] = ["latest": .present(Hand.digest("built"))]
        var record: ImageRecord?
        var isForgotten = false
        var isForced = false

        var verdict: Verdict {
            get throws {
                let remembered = try record ?? Hand.record(Hand.inputs(), tags: Hand.tags("latest"))
                return BuildDrift(
                    entry: try Hand.build(entry),
                    source: try source ?? .present(Hand.source()),
                    labels: labels,
                    seen: { seen[$0.description] ?? .absent },
                    record: isForgotten ? nil : remembered,
                    isForced: isForced,
                    configuration: "ours",
                    now: Hand.now
                ).verdict
            }
        }
    }

    private func build(
        _ inputs: BuildInputs? = nil,
        _ source: SourceState? = nil,
        _ tags: [Reconciler.Tag]? = nil
    ) throws -> Action {
        .build(
            try inputs ?? Hand.inputs(),
            at: try source ?? Hand.source(),
            tags: try tags ?? Hand.tags("latest")
        )
    }

    @Test func `the same inputs under the same digest are in line`() throws {
        #expect(try Case().verdict == .inLine)
    }

    @Test func `what is paused is left alone, even if it is forced and everything differs`() throws {
        let paused = Case(entry: #""paused": true"#, source: .unknown("x"), seen: [:], isForced: true)
        #expect(try paused.verdict == .paused)
    }

    @Test func `what was forced is built, though nothing differs`() throws {
        #expect(try Case(isForced: true).verdict == .drifted(build(), [.forced]))
    }

    @Test func `a commit that changes neither context nor Dockerfile is no drift`() throws {
        #expect(try Case(source: .present(Hand.source(commit: "2"))).verdict == .inLine)
    }

    @Test func `another context or another Dockerfile is built, and the reason names the place`() throws {
        let (one, two) = (try Hand.id("1"), try Hand.id("2"))
        let tree = try Hand.source(commit: "2", tree: "b")
        #expect(
            try Case(source: .present(tree)).verdict
                == .drifted(
                    build(Hand.inputs(tree: "b"), tree),
                    [.commit(from: one, to: two, touches: "the repository")]
                )
        )
        #expect(
            try Case(entry: #""path": "js/tests""#, source: .present(tree)).verdict
                == .drifted(build(Hand.inputs(tree: "b"), tree), [.commit(from: one, to: two, touches: "js/tests")])
        )
        let file = try Hand.source(commit: "2", dockerfile: "c")
        #expect(
            try Case(entry: #""path": "js", "file": "../Dockerfile""#, source: .present(file)).verdict
                == .drifted(
                    build(Hand.inputs(dockerfile: "c"), file),
                    [.commit(from: one, to: two, touches: "Dockerfile")]
                )
        )
    }

    @Test func `what the entry says about the result counts, and what it says about the work does not`() throws {
        let other = try Hand.inputs(["args.A": "1", "target": "x"])
        let changed = Case(entry: #""args": { "A": "1" }, "target": "x", "timeout": "1m", "every": "5m""#)
        #expect(try changed.verdict == .drifted(build(other), [.entry(["args.A", "target"])]))
        #expect(try Case(entry: #""timeout": "1m", "every": "5m""#).verdict == .inLine)
    }

    @Test func `a missing, an overwritten and a new tag are put back on what is remembered`() throws {
        let record = try Hand.record(Hand.inputs(), tags: Hand.tags("a", "b"))
        let other = Hand.digest("other")
        let astray = Case(entry: #""tags": ["a", "b", "c"]"#, seen: ["b": .present(other)], record: record)
        let tags = try Hand.tags("a", "b", "c")
        #expect(
            try astray.verdict
                == .drifted(
                    .putBack(record, under: tags, otherwise: build(nil, nil, tags)),
                    [.missing(tags[0]), .overwritten(tags[1], expected: record.digest, seen: other), .newTag(tags[2])]
                )
        )
    }

    @Test func `tags with placeholders are those of the build that is remembered`() throws {
        let short = try Hand.id("1").description.prefix(12)
        let date = Hand.earlier.date
        let record = try Hand.record(Hand.inputs(), tags: Hand.tags("\(short)", date))
        let case1 = Case(
            entry: #""tags": ["{short}", "{date}"]"#,
            source: .present(try Hand.source(commit: "2")),
            seen: ["\(short)": .present(record.digest), date: .present(record.digest)],
            record: record
        )
        #expect(try case1.verdict == .inLine)
    }

    @Test func `a failed look is never taken for absence`() throws {
        #expect(try Case(source: .unknown("no route")).verdict == .unknown("no route"))
        #expect(try Case(seen: ["latest": .unknown("500")]).verdict == .unknown("500"))
        let unread = Case(labels: .unknown("no blob"), isForgotten: true)
        #expect(try unread.verdict == .unknown("no blob"))
        #expect(try Case(seen: ["latest": .unknown("500")], isForgotten: true).verdict == .unknown("500"))
    }

    @Test func `a source without the branch, the folder or the file stalls with a cure`() throws {
        let url = "https://example.org/a.git"
        #expect(
            try Case(entry: #""branch": "b""#, source: .absent).verdict
                == .stalled("\(url) has no branch \"b\"; push it, or mend \"branch\"")
        )
        #expect(
            try Case(source: .absent).verdict
                == .stalled("\(url) has no default branch; push it, or mend \"branch\"")
        )
        let present = try Hand.source()
        let missing = SourceState(commit: present.commit, branch: "main", context: .missing("no folder js"))
        #expect(
            try Case(source: .present(missing)).verdict
                == .stalled("\(url): no folder js; push it, or mend \"path\" and \"file\"")
        )
    }

    @Test func `a source that cannot be seen does not keep a deleted tag from coming back`() throws {
        let record = try Hand.record(Hand.inputs(), tags: Hand.tags("latest"))
        let putBack = Action.putBack(record, under: record.tags, otherwise: nil)
        let lost = Case(source: .unknown("no route"), seen: [:])
        #expect(try lost.verdict == .drifted(putBack, [.missing(record.tags[0]), .lookFailed("no route")]))
        #expect(try Case(source: .unknown("x"), seen: [:], isForgotten: true).verdict == .unknown("x"))
        #expect(try Case(source: .unknown("x"), seen: [:], isForced: true).verdict == .unknown("x"))
    }
}

/// What the registry's own labels tell when nothing is remembered.
struct BuildDriftLabelTests {
    private func labels(
        image: String = "one",
        configuration: String = "ours",
        inputs: BuildInputs? = nil
    ) throws -> BuildLabels {
        BuildLabels(
            image: image,
            configuration: configuration,
            fingerprint: try (inputs ?? Hand.inputs()).fingerprint,
            source: "",
            revision: try Hand.id("3")
        )
    }

    private func verdict(
        _ labels: Observed<BuildLabels>,
        tags: String = #"["latest"]"#,
        seen: [String: Observed<Digest>] = ["latest": .present(Hand.digest("built"))]
    ) throws -> Verdict {
        try Hand.unremembered(tags, labels: labels, seen: seen)
    }

    private var learnt: ImageRecord {
        get throws {
            let origin = BuildOrigin(commit: try Hand.id("3"), branch: "main", inputs: try Hand.inputs())
            return ImageRecord(
                origin: .build(origin),
                digest: Hand.digest("built"),
                tags: try Hand.tags("latest"),
                time: Hand.now
            )
        }
    }

    @Test func `an image of these inputs is in line, and remembered from now on`() throws {
        #expect(try verdict(.present(labels())) == .learn(learnt))
    }

    @Test func `labels of another image or another configuration do not count`() throws {
        for foreign in [try labels(image: "base"), try labels(configuration: "theirs")] {
            guard case .drifted(.build, [.neverBuilt]) = try verdict(.present(foreign)) else {
                Issue.record("\(foreign)")
                continue
            }
        }
        #expect(try verdict(.absent, seen: [:]) == verdict(.absent))
    }

    @Test func `an image of other inputs is built again, and the reason tells both commits`() throws {
        let other = try labels(inputs: Hand.inputs(tree: "f"))
        guard case .drifted(.build, let reasons) = try verdict(.present(other)) else {
            Issue.record("no drift")
            return
        }
        #expect(reasons == [.otherInputs(at: try Hand.id("3"), now: try Hand.id("1"))])
    }

    @Test func `what is recognised is remembered with all of its tags`() throws {
        let digest = Observed.present(Hand.digest("built"))
        let seen = ["latest": digest, "v1": digest]
        guard case .learn(let record) = try verdict(.present(labels()), tags: #"["latest", "v1"]"#, seen: seen) else {
            Issue.record("not learnt")
            return
        }
        #expect(try record.tags == Hand.tags("latest", "v1"))
    }

    @Test func `a tag that is not there goes on the image that was recognised`() throws {
        let tags = try Hand.tags("latest", "v1")
        let found = try verdict(.present(labels()), tags: #"["latest", "v1"]"#)
        let build = Action.build(try Hand.inputs(), at: try Hand.source(), tags: tags)
        #expect(found == .drifted(.putBack(try learnt, under: [tags[1]], otherwise: build), [.newTag(tags[1])]))
    }
}
