import Synchronization
import Testing

@testable import Reconciler

struct BlobLedgerTests {
    private let ledger = BlobLedger(clock: SkippingClock())
    private let digest = Digest.of("x".utf8)

    /// What a second copy of a blob is told of where else it is, while the first is under way from `slow.example`.
    private func second(from origin: String) async throws -> RepositoryName? {
        let (ledger, digest, hold, begun) = (ledger, digest, Flight(), Flight())
        let (one, other) = (try RepositoryName("one"), try RepositoryName("other"))
        let (slow, origin) = (try RegistryHost("slow.example"), try RegistryHost(origin))
        async let first: Void = ledger.place(digest, in: one, from: slow) { _ async throws(RegistryError) in
            begun.land()
            await hold.landed()
        }
        await begun.landed()
        if origin == slow { hold.land() }
        let seen = Mutex<RepositoryName?>(nil)
        try await ledger.place(digest, in: other, from: origin) { elsewhere async throws(RegistryError) in
            seen.withLock { $0 = elsewhere }
        }
        hold.land()
        try await first
        return seen.withLock { $0 }
    }

    @Test func `a blob that comes from the same upstream is waited for`() async throws {
        #expect(try await second(from: "slow.example")?.description == "one")
    }

    @Test func `an upstream that drips holds up no other's copy of the same blob`() async throws {
        #expect(try await second(from: "fast.example") == nil)
    }
}
