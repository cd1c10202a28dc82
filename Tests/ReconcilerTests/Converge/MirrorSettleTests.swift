import Testing

@testable import Reconciler

/// Moved tags that settle, from one real registry to another.
struct MirrorSettleTests {
    private let house: MirrorHouse
    private let image: ImageReference
    private let mirror = #"[{"image":"UP/lib/app:1","as":"app","settle":"1h"}]"#
    private let start = Moment.current()

    init() async throws {
        house = try await MirrorHouse()
        image = try house.upstream.image("lib/app:1")
    }

    private func pass(afterMinutes minutes: Int64) async throws -> Standing? {
        try await house.pass(mirror, at: start + .seconds(minutes * 60)).images.values.first
    }

    @Test func `a tag that was never copied is copied at once, a moved one when its digest has stood`() async throws {
        let first = try await house.client.putImage(image, layers: ["a"])
        #expect(try await pass(afterMinutes: 0) == .converged)
        let second = try await house.client.putImage(image, layers: ["b"])
        let why = "\(second.digest.short) is to stand for 1h before it is copied"
        #expect(try await pass(afterMinutes: 1) == .waiting(why: why))
        let reasons: [Reason] = [
            .moved(from: first.digest, to: second.digest), .settling(second.digest, since: start + .seconds(60)),
        ]
        let verdict = try await house.drifts(mirror, at: start + .seconds(3_600)).first?.verdict
        #expect(verdict == .waiting(until: start + .seconds(3_660), why: why, reasons))
        #expect(try await house.held("app:1") == .present(first.digest))
        #expect(try await pass(afterMinutes: 61) == .converged)
        #expect(try await house.held("app:1") == .present(second.digest))
    }

    @Test func `a digest that is replaced while it waits starts the wait anew`() async throws {
        try await house.client.putImage(image, layers: ["a"])
        _ = try await pass(afterMinutes: 0)
        try await house.client.putImage(image, layers: ["b"])
        _ = try await pass(afterMinutes: 1)
        let third = try await house.client.putImage(image, layers: ["c"])
        let why = "\(third.digest.short) is to stand for 1h before it is copied"
        #expect(try await pass(afterMinutes: 50) == .waiting(why: why))
        #expect(try await pass(afterMinutes: 109) == .waiting(why: why))
        #expect(try await pass(afterMinutes: 110) == .converged)
    }

    @Test func `a tag that moved back settles anew when it moves again`() async throws {
        try await house.client.putImage(image, layers: ["a"])
        _ = try await pass(afterMinutes: 0)
        try await house.client.putImage(image, layers: ["b"])
        _ = try await pass(afterMinutes: 1)
        try await house.client.putImage(image, layers: ["a"])
        #expect(try await pass(afterMinutes: 30) == .inLine)
        try await house.client.putImage(image, layers: ["b"])
        guard case .waiting = try await pass(afterMinutes: 70) else {
            Issue.record("the first sight before counts")
            return
        }
    }

    @Test func `while it settles the old image is put back if it goes missing`() async throws {
        let first = try await house.client.putImage(image, layers: ["a"])
        _ = try await pass(afterMinutes: 0)
        try await house.client.putImage(image, layers: ["b"])
        _ = try await pass(afterMinutes: 1)
        try await house.client.delete(first.digest, from: try house.kept.repository("app"))
        #expect(try await pass(afterMinutes: 2) == .converged)
        #expect(try await house.held("app:1") == .present(first.digest))
        #expect(try await pass(afterMinutes: 61) == .converged)
    }

    @Test func `force does not wait`() async throws {
        try await house.client.putImage(image, layers: ["a"])
        _ = try await pass(afterMinutes: 0)
        let second = try await house.client.putImage(image, layers: ["b"])
        try await house.pass(mirror, at: start, forced: [Glob("app")])
        #expect(try await house.held("app:1") == .present(second.digest))
    }
}
