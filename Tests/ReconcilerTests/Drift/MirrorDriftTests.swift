import Testing

@testable import Reconciler

struct MirrorDriftTests {
    private static let old = Observed.present(Hand.digest("old"))
    private static let new = Observed.present(Hand.digest("new"))

    private func verdict(
        upstream: Observed<Digest>,
        here: Observed<Digest>,
        remembered: String?,
        isPaused: Bool = false,
        isForced: Bool = false
    ) throws -> Verdict {
        let entry = #"[{"image":"up/a","tags":["1"],"paused":\#(isPaused)}]"#
        let desired = try Hand.read("mirror.json", entry)
        return MirrorDrift(
            mirror: MirroredTag(entry: Shared(desired.mirrors[0]), tag: try Tag("1")),
            seen: MirrorLook(upstream: upstream, here: here),
            record: try remembered.map { try Hand.mirrored($0) },
            settling: nil,
            isForced: isForced,
            now: Hand.now
        ).verdict
    }

    @Test func `what is upstream is here and remembered`() throws {
        #expect(try verdict(upstream: Self.old, here: Self.old, remembered: "old") == .inLine)
    }

    @Test func `what is here already is remembered and not copied, whatever was remembered`() throws {
        for remembered in [nil, "new"] {
            let learnt = try Hand.mirrored("old")
            let record = ImageRecord(origin: learnt.origin, digest: learnt.digest, tags: learnt.tags, time: Hand.now)
            #expect(try verdict(upstream: Self.old, here: Self.old, remembered: remembered) == .learn(record))
        }
    }

    @Test func `what was never copied, or overwritten before it was known, is copied`() throws {
        let copy = Action.copy(Hand.digest("old"))
        #expect(try verdict(upstream: Self.old, here: .absent, remembered: nil) == .drifted(copy, [.neverCopied]))
        let overwritten = Reason.overwritten(try Tag("1"), expected: Hand.digest("old"), seen: Hand.digest("new"))
        #expect(try verdict(upstream: Self.old, here: Self.new, remembered: nil) == .drifted(copy, [overwritten]))
    }

    @Test func `a missing or overwritten tag is put back, else copied`() throws {
        let record = try Hand.mirrored("old")
        let action = Action.putBack(record, under: record.tags, otherwise: .copy(record.digest))
        let missing = Reason.missing(try Tag("1"))
        #expect(try verdict(upstream: Self.old, here: .absent, remembered: "old") == .drifted(action, [missing]))
        let overwritten = Reason.overwritten(try Tag("1"), expected: Hand.digest("old"), seen: Hand.digest("new"))
        #expect(try verdict(upstream: Self.old, here: Self.new, remembered: "old") == .drifted(action, [overwritten]))
    }

    @Test func `a moved tag is copied, and both digests are told`() throws {
        let moved = Reason.moved(from: Hand.digest("old"), to: Hand.digest("new"))
        let copy = Action.copy(Hand.digest("new"))
        #expect(try verdict(upstream: Self.new, here: Self.old, remembered: "old") == .drifted(copy, [moved]))
        let missing = Reason.missing(try Tag("1"))
        #expect(try verdict(upstream: Self.new, here: .absent, remembered: "old") == .drifted(copy, [missing, moved]))
    }

    @Test func `what was forced is copied, though nothing differs`() throws {
        let copy = Action.copy(Hand.digest("old"))
        let found = try verdict(upstream: Self.old, here: Self.old, remembered: "old", isForced: true)
        #expect(found == .drifted(copy, [.forced]))
    }

    @Test func `what is paused is left alone`() throws {
        #expect(
            try verdict(upstream: Self.new, here: .absent, remembered: nil, isPaused: true, isForced: true) == .paused
        )
    }

    @Test func `a failed look is never taken for absence`() throws {
        let failed = Observed<Digest>.unknown("500")
        #expect(try verdict(upstream: Self.old, here: failed, remembered: nil) == .unknown("500"))
        #expect(try verdict(upstream: Self.old, here: failed, remembered: "old") == .unknown("500"))
        #expect(try verdict(upstream: failed, here: .absent, remembered: nil) == .unknown("500"))
        #expect(try verdict(upstream: failed, here: Self.old, remembered: "old") == .unknown("500"))
    }

    @Test func `an upstream that cannot be seen, or lost the tag, does not keep a deleted one from coming back`() throws
    {
        let record = try Hand.mirrored("old")
        let action = Action.putBack(record, under: record.tags, otherwise: nil)
        let missing = Reason.missing(try Tag("1"))
        #expect(
            try verdict(upstream: .unknown("500"), here: .absent, remembered: "old")
                == .drifted(action, [missing, .lookFailed("500")])
        )
        let gone = "up/a:1 is not there upstream; mend the tag, or remove the entry"
        #expect(
            try verdict(upstream: .absent, here: .absent, remembered: "old")
                == .drifted(action, [missing, .lookFailed(gone)])
        )
        #expect(try verdict(upstream: .absent, here: Self.old, remembered: "old") == .stalled(gone))
        #expect(try verdict(upstream: .absent, here: .absent, remembered: nil) == .stalled(gone))
    }
}
