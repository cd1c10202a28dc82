import Synchronization
import Testing

@testable import Reconciler

/// What comes in from registries that are broken, or mean harm.
struct HostileRegistryTests {
    private let digest = Digest.of(Array("{}".utf8))
    private let visitor: Visitor

    init() throws { visitor = try Visitor() }

    @Test(arguments: [nil, "Docker-Content-Digest: nonsense", "Docker-Content-Digest: sha512:00"])
    func `a HEAD without a usable digest is followed by a GET whose bytes are hashed`(header: String?) async throws {
        let digest = digest
        let server = try FakeServer { request in
            let headers = ["Content-Type: \(MediaType.ociManifest); charset=utf-8"] + [header].compactMap { $0 }
            return FakeServer.Reply.answer(200, headers, "{}").withLength(request)
        }
        let expected = ManifestDescriptor(digest: digest, mediaType: MediaType.ociManifest, size: 2)
        #expect(await visitor.client().head(try server.image) == .present(expected))
        #expect(server.lines == ["HEAD /v2/a/manifests/1", "GET /v2/a/manifests/1"])
    }

    @Test func `bytes that hash to something else than asked for or announced are refused`() async throws {
        let other = Digest.of(Array("other".utf8))
        let server = try FakeServer { request in
            let isPinned = request.target.contains("sha256")
            return .answer(200, isPinned ? [] : ["Docker-Content-Digest: \(other)"], "{}")
        }
        let client = visitor.client()
        let (tagged, pinned) = (try server.image, try server.image.pinned(to: other))
        let seen = "200, the bytes hash to \(digest.short), not to \(other.short)"
        for image in [tagged, pinned] {
            let error = await #expect(throws: RegistryError.self) { try await client.manifest(image) }
            #expect(error?.description == "GET \(server.url)/v2/a/manifests/\(image.selector): \(seen)")
        }
        let error = await #expect(throws: RegistryError.self) {
            try await client.smallBlob(blob("xx"), in: server.repository)
        }
        #expect(error?.kind == .refused)
    }

    @Test func `manifests, configs and tag lists without end are cut off`() async throws {
        let server = try FakeServer { _ in
            .endless(head: "HTTP/1.1 200 OK\r\n\r\n", chunk: String(repeating: "[", count: 100_000))
        }
        let client = visitor.client()
        for attempt in [
            { _ = try await client.manifest(server.image) },
            { _ = try await client.smallBlob(blob("x"), in: server.repository) },
            { _ = try await client.tags(of: server.repository) },
        ] {
            let error = await #expect(throws: RegistryError.self) { try await attempt() }
            #expect(error?.detail == "the answer is larger than 4.2 MB")
        }
        #expect(server.requests.count == 3)
    }

    @Test(arguments: [
        "</v2/a/tags/list?n=1000>; rel=\"next\"", "</v2/a/tags/list?n=2>; rel=next",
        "<http://127.0.0.1:1/v2/>; rel=\"next\"",
        "<//evil.example/>; rel=\"next\"",
    ])
    func `pages that lead in circles or elsewhere end the list as a failure`(link: String) async throws {
        let server = try FakeServer { _ in .answer(200, ["Link: \(link)"], #"{"name":"a","tags":["1"]}"#) }
        let error = await #expect(throws: RegistryError.self) { try await visitor.client().tags(of: server.repository) }
        #expect(error?.kind == .refused)
        #expect(server.requests.count <= 2)
    }

    @Test func `a list without an end of ever new pages ends too`() async throws {
        let count = Mutex(0)
        let server = try FakeServer { _ in
            let page = count.withLock { count in
                count += 1
                return count
            }
            return .answer(200, ["Link: </v2/a/tags/list?page=\(page)>; rel=\"next\""], #"{"tags":["t\#(page)"]}"#)
        }
        let error = await #expect(throws: RegistryError.self) { try await visitor.client().tags(of: server.repository) }
        #expect(error?.detail == "the pages of the tag list do not end")
        #expect(server.requests.count == 1_000)
        let few = await #expect(throws: RegistryError.self) {
            try await visitor.client().tags(of: server.repository, limit: 10)
        }
        #expect(few?.detail == "more than 10 tags")
    }

    @Test func `pages are put together, and what is no tag is passed over`() async throws {
        let server = try FakeServer { request in
            request.target.hasSuffix("last=b")
                ? .answer(200, [], #"{"name":"a","tags":["c","-x",7,null]}"#)
                : .answer(200, ["Link: <list?n=1000&last=b>; rel=\"next\""], #"{"name":"a","tags":["a","b"]}"#)
        }
        #expect(try await visitor.client().tags(of: server.repository).map(\.description) == ["a", "b", "c"])
        let empty = try FakeServer { _ in .answer(200, [], #"{"name":"a","tags":null}"#) }
        #expect(try await visitor.client().tags(of: empty.repository) == [])
    }

    @Test func `a call that nobody waits for any more ends as cancelled`() async throws {
        let server = try FakeServer { _ in .silence }
        let (client, image) = (visitor.client(), try server.image)
        let task = Task { () async -> RegistryError? in
            do throws(RegistryError) { _ = try await client.manifest(image) } catch { return error }
            return nil
        }
        while server.requests.isEmpty { await Task.yield() }
        task.cancel()
        #expect(await task.value?.kind == .cancelled)
        #expect(server.requests.count == 1)
    }

    @Test func `what may pass is tried three times, what says to wait is left alone`() async throws {
        let count = Mutex(0)
        let failing = try FakeServer { _ in
            let isThird = count.withLock { count in
                count += 1
                return count % 3 == 0
            }
            return isThird ? .answer(404) : .answer(503)
        }
        #expect(await visitor.client().head(try failing.image) == .absent)
        #expect(failing.requests.count == 3)

        let broken = try FakeServer { _ in .answer(500) }
        let line =
            "HEAD \(broken.url)/v2/a/manifests/1: 500, the registry failed; "
            + "it is tried again; if it stays so, the log of \(broken.address) says why"
        #expect(await visitor.client().head(try broken.image) == .unknown(line))
        #expect(broken.requests.count == 3)

        let busy = try FakeServer { _ in .answer(429, ["Retry-After: 77"]) }
        let error = await #expect(throws: RegistryError.self) { try await visitor.client().manifest(busy.image) }
        #expect(error?.kind == .rateLimited(retryAfter: .seconds(77)))
        #expect(busy.requests.count == 1)
    }

    @Test func `a registry that is not there is unknown, not empty`() async throws {
        let port = try Loopback.freePort()
        let image = try ImageReference("127.0.0.1:\(port)/a:1")
        let line =
            "HEAD http://127.0.0.1:\(port)/v2/a/manifests/1: cannot connect; "
            + "see that 127.0.0.1:\(port) runs, and that no firewall is in between"
        #expect(await visitor.client().head(image) == .unknown(line))
    }

    @Test func `what a registry says is shown without its control characters`() async throws {
        let body = #"{"errors":[{"code":"DENIED","message":"no\u001b[2J\nway"}]}"#
        let server = try FakeServer { _ in .answer(403, [], body) }
        let error = await #expect(throws: RegistryError.self) { try await visitor.client().manifest(server.image) }
        let line = #"GET \#(server.url)/v2/a/manifests/1: 403, DENIED: no\u{1b}[2J\nway; "#
        #expect(
            error?.description == line + "the credentials for \(server.address) do not allow it, or it does not exist"
        )
    }

    @Test func `the pull allowance of every answer is noted`() async throws {
        let server = try FakeServer { _ in
            .answer(404, ["ratelimit-limit: 100;w=21600", "ratelimit-remaining: 7;w=21600"])
        }
        let client = RegistryClient(http: HTTPClient(), credentials: .none)
        #expect(await client.head(try server.image) == .absent)
        #expect(client.limits.standings.values.map(\.remaining) == [7])
    }
}
