import Glibc
import Testing

@testable import Reconciler

struct EmbeddedRegistryTests {
    private func start(_ folder: TemporaryFolder, _ port: UInt16) async throws -> EmbeddedRegistry {
        try await EmbeddedRegistry.start(
            port: port,
            data: folder.path + "/with \"quotes\"/registry",
            configuration: folder.path + "/registry.yml"
        )
    }

    @Test func `it answers when start returns, keeps its data, and is gone after stop`() async throws {
        let folder = try TemporaryFolder()
        let port = try Loopback.freePort()
        let registry = try await start(folder, port)
        #expect(registry.address == "127.0.0.1:\(port)")
        try await shell("curl -fsS -X POST http://127.0.0.1:\(port)/v2/a/b/blobs/uploads/")
        #expect(try listFolder(folder.path + "/with \"quotes\"/registry") == ["docker"])
        await registry.stop()
        #expect(!isListening(onLoopback: port))
    }

    @Test func `one that a killed run left is taken over and stopped at the end`() async throws {
        let folder = try TemporaryFolder()
        let port = try Loopback.freePort()
        let first = try await start(folder, port)
        let second = try await start(folder, port)
        await second.stop()
        #expect(!isListening(onLoopback: port))
        #expect(await first.ended().contains("docker-registry"))
    }

    @Test func `one left on another port gives way`() async throws {
        let folder = try TemporaryFolder()
        let old = try Loopback.freePort()
        _ = try await start(folder, old)
        let port = try Loopback.freePort()
        let registry = try await start(folder, port)
        #expect(!isListening(onLoopback: old) && isListening(onLoopback: port))
        await registry.stop()
    }

    @Test func `a port that another program has is an error that says so`() async throws {
        let folder = try TemporaryFolder()
        let other = try TemporaryFolder()
        let port = try Loopback.freePort()
        let registry = try await start(other, port)
        let fault = await #expect(throws: EmbeddedRegistryFault.self) { try await self.start(folder, port) }
        #expect(
            fault?.description
                == "port \(port) of 127.0.0.1 is taken by another program; choose one: --registry embedded:PORT"
        )
        await registry.stop()
    }

    @Test func `a missing program is told with both ways to get a registry`() {
        let text = EmbeddedRegistryFault.programMissing.description
        #expect(text.contains("apt-get install docker-registry\n"))
        #expect(text.contains("--volume registry:/var/lib/registry --name registry registry:3"))
    }
}
