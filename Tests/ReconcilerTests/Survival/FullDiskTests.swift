import Glibc
import Testing

@testable import Reconciler

struct FullDiskTests {
    @Test func `while the state cannot be written nothing is pushed that nobody would hear of, and it heals`()
        async throws
    {
        let scenario = try await Scenario()
        let ledger = try WebhookLedger()
        let source = try await scenario.source("one")
        try await source.commit(["Dockerfile": scratchImage])
        try await scenario.publish("tool:1", "first")
        try await scenario.desire(
            build: #"{ "one": { "URL": "SOURCES/one" } }"#,
            mirror: #"[{ "image": "UPSTREAM/tool", "tags": ["1"], "as": "tool" }]"#,
            webhooks: #"[{ "url": "\#(ledger.url)", "on": ["build", "mirror"] }]"#
        )
        #expect(try await scenario.pass().status == 0)
        let before = try await scenario.digests(["one:latest", "tool:1"])
        #expect(ledger.all.count == 2)

        try await source.commit(["Dockerfile": scratchImage + "LABEL second=1\n"])
        let moved = try await scenario.publish("tool:1", "second")
        let pass = try await scenario.pass(withFaults: FaultyCalls("write", errno: ENOSPC))
        #expect(pass.status == 1, "\(pass.errors)")
        #expect(pass.errors.contains("the state file cannot be written"), "\(pass.errors)")
        #expect(try await scenario.digests(["one:latest", "tool:1"]) == before)

        let healed = try await scenario.pass()
        #expect(healed.status == 0, "\(healed.errors)")
        #expect(try await scenario.keptDigest("tool:1") == moved.digest)
        #expect(ledger.all.count == 4 && Set(ledger.all.map(\.id)).count == 4, "\(ledger.all)")
    }
}
