import Testing

@testable import Reconciler

struct FoundImageTests {
    private func found(_ tags: String..., inputs: BuildInputs? = nil) throws -> FoundImage {
        let labels = BuildLabels(
            image: "one",
            configuration: "ours",
            fingerprint: try (inputs ?? Hand.inputs()).fingerprint,
            source: "",
            revision: try Hand.id("3")
        )
        return FoundImage(tags: try tags.map { try Tag($0) }, digest: Hand.digest("built"), labels: labels)
    }

    @Test func `the day of a build is told by its tags, the last one if it has several`() throws {
        let day = try #require(Moment(date: "2023-11-03"))
        let image = try found("nightly-2023-11-01", "nightly-2023-11-03", "2023-11-09")
        let entry = try Hand.build(#""tags": ["latest", "nightly-{date}"]"#)
        #expect(image.time(for: entry, branch: "main", otherwise: Hand.now) == day)
        #expect(try found("latest").time(for: entry, branch: "main", otherwise: Hand.now) == Hand.now)
        #expect(image.time(for: try Hand.build(), branch: "main", otherwise: Hand.now) == Hand.now)
    }

    @Test(arguments: ["1970-01-01", "2000-02-29", "2023-12-31", "2024-03-01", "2026-11-23", "9999-12-31"])
    func `a day is read as it is written`(date: String) throws {
        #expect(try #require(Moment(date: date)).date == date)
    }

    @Test(arguments: ["2023-02-29", "2023-13-01", "2023-00-10", "23-1-1", "2023-1-011", "+023-01-01", "", "2023-01-32"])
    func `what is no day is none`(date: String) { #expect(Moment(date: date) == nil) }

    private func verdict(
        _ found: Observed<[FoundImage]>,
        _ tags: String,
        seen: [String: Observed<Digest>]
    ) throws -> Verdict {
        try Hand.unremembered(tags, found: found, seen: seen)
    }

    @Test func `an image of these inputs under yesterday's tag is in line today`() throws {
        let digest = Observed.present(Hand.digest("built"))
        let image = try found("2023-11-13")
        let verdict = try verdict(.present([image]), #"["{date}"]"#, seen: ["2023-11-13": digest])
        guard case .learn(let record) = verdict else {
            Issue.record("\(verdict)")
            return
        }
        #expect(record.time.date == "2023-11-13")
        #expect(record.tags.map(\.description) == ["2023-11-13"])
    }

    @Test func `an image under the tag of an older commit is known by its inputs, and told if they are others`() throws
    {
        let old = try Hand.id("3").description
        let digest = Observed.present(Hand.digest("built"))
        guard case .learn = try verdict(.present([found(old)]), #"["{commit}"]"#, seen: [old: digest]) else {
            Issue.record("not learnt")
            return
        }
        let other = try found(old, inputs: Hand.inputs(tree: "f"))
        guard case .drifted(.build, let reasons) = try verdict(.present([other]), #"["{commit}"]"#, seen: [old: digest])
        else {
            Issue.record("no drift")
            return
        }
        #expect(reasons == [.otherInputs(at: try Hand.id("3"), now: try Hand.id("1"))])
        #expect(try verdict(.unknown("500"), #"["{commit}"]"#, seen: [:]) == .unknown("500"))
    }
}
