import Synchronization
import Testing

@testable import Reconciler

/// Blobs that are elsewhere, wrong, or break off.
struct HostileBlobTests {
    private let visitor: Visitor

    init() throws { visitor = try Visitor() }

    @Test func `a blob that is elsewhere is fetched from there without credentials`() async throws {
        let storage = try FakeServer { _ in .answer(200, [], "layer") }
        let away = storage.url + "/signed?key=1"
        let server = try FakeServer { request in
            guard request.headers["authorization"] == "Basic bWU6c2VjcmV0" else {
                return FakeServer.Reply.wantsPassword
            }
            return .answer(307, ["Location: \(away)"])
        }
        let client = try visitor.client(for: server)
        #expect(try await client.smallBlob(blob("layer"), in: server.repository) == Array("layer".utf8))
        let target = try await DockerRegistry()
        try await client.copyBlob(blob("layer"), from: server.repository, to: target.repository("b"))
        #expect(storage.lines == ["GET /signed?key=1", "GET /signed?key=1"])
        #expect(storage.requests.allSatisfy { $0.headers["authorization"] == nil })
    }

    @Test func `a place elsewhere that asks for a password gets none`() async throws {
        let storage = try FakeServer { _ in FakeServer.Reply.wantsPassword }
        let away = storage.url
        let server = try FakeServer { request in
            request.headers["authorization"] == nil
                ? FakeServer.Reply.wantsPassword : .answer(302, ["Location: \(away)/x"])
        }
        let client = try visitor.client(for: server)
        for attempt in [
            { _ = try await client.manifest(server.image) },
            // Once more, with the password sent at once.
            { _ = try await client.manifest(server.image) },
            { try await client.copyBlob(blob("x"), from: server.repository, to: server.repository) },
        ] {
            let error = await #expect(throws: RegistryError.self) { try await attempt() }
            #expect(error?.kind == .unauthorized(rejected: false))
        }
        #expect(storage.requests.count == 3)
        #expect(storage.requests.allSatisfy { $0.headers["authorization"] == nil })
    }

    @Test func `redirects in circles, or out of TLS to elsewhere, are refused`() async throws {
        let circle = try FakeServer { _ in .answer(302, ["Location: /v2/a/manifests/1"]) }
        let error = await #expect(throws: RegistryError.self) { try await visitor.client().manifest(circle.image) }
        #expect(error?.detail == "more than 5 redirects")
        #expect(circle.requests.count == 6)
        let leaving = try FakeServer { _ in .answer(302, ["Location: http://elsewhere.example/"]) }
        let refusal = await #expect(throws: RegistryError.self) { try await visitor.client().manifest(leaving.image) }
        #expect(refusal?.detail.hasPrefix("the redirect to http://elsewhere.example/ is not followed") == true)
    }

    @Test func `an upload that is to go elsewhere goes there without credentials`() async throws {
        let storage = try FakeServer { $0.method == "PUT" ? .answer(201) : nil }
        let away = storage.url + "/up?state=1"
        let server = try FakeServer { request in
            if request.headers["authorization"] == nil { return FakeServer.Reply.wantsPassword }
            return request.method == "POST" ? .answer(202, ["Location: \(away)"]) : .answer(200, [], "layer")
        }
        let client = try visitor.client(for: server)
        let bytes = Array("layer".utf8)
        try await client.upload(bytes, as: .of(bytes), into: server.repository)
        try await client.copyBlob(blob("layer"), from: server.repository, to: server.repository)
        #expect(storage.lines == [String](repeating: "PUT /up?state=1&digest=\(Digest.of(bytes))", count: 2))
        #expect(storage.requests.allSatisfy { $0.headers["authorization"] == nil && $0.body == bytes })
    }

    @Test func `a blob with flipped bytes or another size is not stored`() async throws {
        let registry = try await DockerRegistry()
        for body in ["lay3r", "layer and more", "lay"] {
            let server = try FakeServer { _ in .answer(200, [], body) }
            let error = await #expect(throws: RegistryError.self) {
                try await visitor.client().copyBlob(
                    blob("layer"),
                    from: server.repository,
                    to: registry.repository("b")
                )
            }
            #expect(error?.kind == .refused)
            #expect(server.requests.count == 1)
        }
        #expect(try await !visitor.client().hasBlob(blob("layer").digest, in: registry.repository("b")))
    }

    @Test func `a copy that breaks in the middle begins again`() async throws {
        let registry = try await DockerRegistry()
        let count = Mutex(0)
        let body = String(repeating: "layer", count: 100_000)
        let server = try FakeServer { _ in
            let isFirst = count.withLock { count in
                count += 1
                return count == 1
            }
            let half = "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n" + body.prefix(250_000)
            return isFirst ? .raw(half) : .answer(200, [], body)
        }
        let client = visitor.client()
        try await client.copyBlob(blob(body), from: server.repository, to: registry.repository("b"))
        #expect(server.requests.count == 2)
        #expect(try await client.hasBlob(blob(body).digest, in: registry.repository("b")))
    }
}
