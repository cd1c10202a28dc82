import Synchronization
import Testing

@testable import Reconciler

struct HTTPCopyTests {
    let client = HTTPClient()
    let body = String(repeating: "0123456789abcdef", count: 300_000)

    private func copy(_ source: FakeServer, _ target: FakeServer, length: Int) async throws -> HTTPResponse {
        let download = try await client.open(HTTPRequest(.get, HTTPURL(source.url)), length: Int64(length))
        #expect(download.response.status == 200)
        return try await client.send(HTTPRequest(.put, HTTPURL(target.url)), uploading: download)
    }

    @Test func `all bytes arrive, in order, with their length told before`() async throws {
        let body = body
        let source = try FakeServer { _ in .answer(200, [], body) }
        let target = try FakeServer { _ in .answer(201) }
        #expect(try await copy(source, target, length: body.utf8.count).status == 201)
        #expect(target.requests[0].headers["content-length"] == String(body.utf8.count))
        #expect(target.requests[0].body == Array(body.utf8))
    }

    @Test func `nothing at all can be copied too`() async throws {
        let source = try FakeServer { _ in .answer(200) }
        let target = try FakeServer { _ in .answer(201) }
        #expect(try await copy(source, target, length: 0).status == 201)
    }

    @Test func `more or fewer bytes than announced end the upload, and the source is named`() async throws {
        let body = body
        let source = try FakeServer { request in
            .raw("HTTP/1.1 200 OK\r\n\r\n" + (request.target == "/" ? body : ""))
        }
        let target = try FakeServer { _ in nil }
        for length in [body.utf8.count - 1, body.utf8.count + 1] {
            let error = await #expect(throws: HTTPCopyError.self) { try await copy(source, target, length: length) }
            guard case .source = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
        #expect(target.requests.isEmpty)
    }

    @Test(arguments: [(0, 0), (1, 1), (100, 100), (256 << 10, 256 << 10), (9_000_000, 256 << 10)])
    func `an upload begins when all has come, or so much that it is worth while`(length: Int, enough: Int) {
        let pipe = BlobPipe(length: Int64(length))
        for place in 0..<enough {
            if pipe.isReady { Issue.record("it began after \(place) bytes") }
            withUnsafeBytes(of: UInt8(7)) { _ = pipe.write($0) }
        }
        #expect(pipe.isReady)
    }

    @Test func `an upload that has not begun ends with what it waits for, or when it is cancelled`() async throws {
        let broken = try FakeServer { _ in .raw("HTTP/1.1 200 OK\r\n\r\nabc") }
        let target = try FakeServer { _ in .answer(201) }
        let error = await #expect(throws: HTTPCopyError.self) { try await copy(broken, target, length: 4) }
        guard case .source = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        let slow = try FakeServer { _ in .beginning("HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\nabc") }
        let (client, url) = (client, try (HTTPURL(slow.url), HTTPURL(target.url)))
        let opened = Flight()
        let task = Task { () async throws -> HTTPResponse in
            let download = try await client.open(HTTPRequest(.get, url.0), length: 200_000)
            opened.land()
            return try await client.send(HTTPRequest(.put, url.1), uploading: download)
        }
        await opened.landed()
        task.cancel()
        await #expect(throws: (any Error).self) { try await task.value }
        #expect(target.requests.isEmpty)
    }

    @Test func `a target that refuses early ends the copy with its answer`() async throws {
        let source = try FakeServer { _ in
            .endless(
                head: "HTTP/1.1 200 OK\r\nContent-Length: 9000000000\r\n\r\n",
                chunk: String(repeating: "x", count: 9_000)
            )
        }
        let target = try FakeServer(readsBodies: false) { _ in .raw("HTTP/1.1 413 X\r\nContent-Length: 0\r\n\r\n") }
        let download = try await client.open(HTTPRequest(.get, HTTPURL(source.url)), length: 9_000_000_000)
        let response = try await client.send(HTTPRequest(.put, HTTPURL(target.url)), uploading: download)
        #expect(response.status == 413)
    }

    @Test func `a cancelled copy ends on both sides`() async throws {
        let source = try FakeServer { _ in
            .endless(
                head: "HTTP/1.1 200 OK\r\nContent-Length: 9000000000\r\n\r\n",
                chunk: String(repeating: "x", count: 9_000)
            )
        }
        let target = try FakeServer(readsBodies: false) { _ in .silence }
        let (client, url) = (client, try (HTTPURL(source.url), HTTPURL(target.url)))
        let (bytes, more) = AsyncStream<Int64>.makeStream()
        let task = Task { () async throws -> HTTPResponse in
            let download = try await client.open(HTTPRequest(.get, url.0), length: 9_000_000_000)
            return try await client.send(HTTPRequest(.put, url.1), uploading: download, progress: { more.yield($0) })
        }
        for await count in bytes where count > 10_000_000 { break }
        task.cancel()
        await #expect(throws: HTTPCopyError.destination(.cancelled)) { try await task.value }
    }

    @Test func `an answer without success is kept whole and opens nothing`() async throws {
        let source = try FakeServer { _ in .answer(404, [], "gone") }
        let download = try await client.open(HTTPRequest(.get, HTTPURL(source.url)), length: 5)
        #expect(download.response.status == 404)
        #expect(download.response.body == Array("gone".utf8))
    }
}
