import Synchronization
import Testing

@testable import Reconciler

/// Downloads of blobs that break in the middle.
struct BlobMendingTests {
    private let visitor: Visitor
    private let target: DockerRegistry
    private static let body = String(repeating: "0123456789abcdef", count: 200_000)

    init() async throws {
        visitor = try Visitor()
        target = try await DockerRegistry(notesRequests: true)
    }

    private func copy(from server: FakeServer) async throws {
        let (client, blob) = (visitor.client(), blob(Self.body))
        try await client.copyBlob(blob, from: server.repository, to: target.repository("b"))
        #expect(try await client.hasBlob(blob.digest, in: target.repository("b")))
    }

    /// The rest of the blob after a byte, of which only `length` bytes come before the connection ends.
    private static func part(from offset: Int, _ length: Int) -> FakeServer.Reply {
        let rest = body.utf8.dropFirst(offset)
        let range = "bytes \(offset)-\(body.utf8.count - 1)/\(body.utf8.count)"
        let head =
            offset == 0
            ? "HTTP/1.1 200 OK\r\n" : "HTTP/1.1 206 Partial Content\r\nContent-Range: \(range)\r\n"
        let text = String(decoding: rest.prefix(length), as: UTF8.self)
        return .raw(head + "Content-Length: \(rest.count)\r\n\r\n" + text)
    }

    private static func offset(_ request: FakeServer.Request) -> Int {
        request.headers["range"].flatMap { Int($0.dropFirst("bytes=".count).dropLast()) } ?? 0
    }

    @Test func `a blob goes on where it broke, again and again, into one upload`() async throws {
        let server = try FakeServer { Self.part(from: Self.offset($0), 900_000) }
        try await copy(from: server)
        #expect(
            server.requests.map { $0.headers["range"] } == [
                nil, "bytes=900000-", "bytes=1800000-", "bytes=2700000-",
            ]
        )
        #expect(try target.requests.count { $0.hasPrefix("PUT ") } == 1)
    }

    @Test func `where the upstream gives all of it again, what is known is passed over`() async throws {
        let count = Mutex(0)
        let server = try FakeServer { _ in
            let isFirst = count.withLock { count in
                count += 1
                return count == 1
            }
            return isFirst ? Self.part(from: 0, 1_500_000) : .answer(200, [], Self.body)
        }
        try await copy(from: server)
        #expect(server.requests.count == 2)
        #expect(try target.requests.count { $0.hasPrefix("PUT ") } == 1)
    }

    @Test func `another place in the blob than was asked for is not taken`() async throws {
        let server = try FakeServer { request in
            request.headers["range"] == nil
                ? Self.part(from: 0, 1_000_000)
                : .answer(206, ["Content-Range: bytes 0-9/\(Self.body.utf8.count)"], "0123456789")
        }
        let error = await #expect(throws: RegistryError.self) { try await copy(from: server) }
        #expect(error?.detail == "asked for what follows byte 1000000, it gives bytes 0-9/3200000")
        #expect(server.requests.count == 2)
    }

    @Test func `who brings nothing new is not asked for ever`() async throws {
        let server = try FakeServer { _ in Self.part(from: 0, 1_000) }
        let error = await #expect(throws: RegistryError.self) { try await copy(from: server) }
        #expect(error?.kind == .transient(retryAfter: nil))
        #expect(server.requests.count == 6, "three tries, each gone on with once")
    }

    @Test func `a storage host that breaks off or refuses is named, with the registry that sends us there`()
        async throws
    {
        for isBroken in [true, false] {
            let storage = try FakeServer { _ in isBroken ? Self.part(from: 0, 0) : .answer(403) }
            let away = storage.url + "/signed?key=1"
            let server = try FakeServer { _ in .answer(307, ["Location: \(away)"]) }
            let error = await #expect(throws: RegistryError.self) { try await copy(from: server) }
            let digest = Digest.of(Self.body.utf8)
            let line = error?.copying(try server.image, into: try RepositoryName("b")).description ?? ""
            let begin = "copy of \(server.address)/a:1: GET \(server.url)/v2/a/blobs/\(digest): "
            let words = isBroken ? "\(storage.address): the connection broke: " : "403, \(storage.address): forbidden; "
            #expect(line.hasPrefix(begin + words), "\(line)")
            let cure =
                isBroken
                ? "; it is tried again; if it stays so, see to \(storage.address) and the network"
                : "; \(server.address) sends us there; see that no proxy or firewall stands before \(storage.address)"
            #expect(line.hasSuffix(cure), "\(line)")
        }
    }
}
