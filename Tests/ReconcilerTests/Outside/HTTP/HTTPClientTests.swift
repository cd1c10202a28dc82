import Glibc
import Synchronization
import Testing

@testable import Reconciler

// Deadlines are measured, so one test at a time.
@Suite(.serialized)
struct HTTPClientTests {
    let client = HTTPClient()

    private func request(_ method: HTTPRequest.Method, _ server: FakeServer, _ path: String = "/") throws -> HTTPRequest
    {
        HTTPRequest(method, try HTTPURL(server.url + path))
    }

    @Test func `each method goes out as it is, with its headers and body`() async throws {
        let server = try FakeServer { .answer(201, ["X-Seen: yes"], String(decoding: $0.body, as: UTF8.self)) }
        for method in [HTTPRequest.Method.get, .put, .post, .delete] {
            var request = try request(method, server, "/a?b=c")
            request.set("X-One", "1")
            if method != .get { request.body = .bytes(Array("hello".utf8)) }
            let response = try await client.send(request)
            #expect(response.status == 201)
            #expect(response.headers["x-seen"] == "yes")
            #expect(response.body == Array((method == .get ? "" : "hello").utf8))
        }
        #expect(server.lines == ["GET /a?b=c", "PUT /a?b=c", "POST /a?b=c", "DELETE /a?b=c"])
        #expect(server.requests.allSatisfy { $0.headers["x-one"] == "1" && $0.headers["user-agent"] == "reconcile" })
        #expect(server.requests.allSatisfy { $0.headers["expect"] == nil })
        #expect(server.requests[1].headers["content-length"] == "5")
        #expect(server.connectionCount == 1)
    }

    @Test func `an empty POST has a length of zero`() async throws {
        let server = try FakeServer { _ in .answer(202) }
        #expect(try await client.send(request(.post, server)).status == 202)
        #expect(server.requests[0].headers["content-length"] == "0")
    }

    @Test func `a redirect is an answer like any other`() async throws {
        let server = try FakeServer { $0.target == "/" ? .answer(302, ["Location: /else"]) : nil }
        #expect(try await client.send(request(.get, server)).status == 302)
        #expect(server.lines == ["GET /"])
    }

    @Test func `no more than sixteen requests are under way at one host`() async throws {
        let open = Mutex((now: 0, most: 0))
        let server = try FakeServer { _ in
            open.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            // Each request stays until as many as may come have come.
            let end = ContinuousClock.now + .seconds(10)
            while open.withLock({ $0.most }) < 16, ContinuousClock.now < end { sched_yield() }
            open.withLock { $0.now -= 1 }
            return .answer(200)
        }
        let url = try HTTPURL(server.url)
        let client = client
        try await withThrowingTaskGroup { group in
            for _ in 0..<60 { group.addTask { _ = try await client.send(HTTPRequest(.head, url)) } }
            try await group.waitForAll()
        }
        #expect(open.withLock { $0.most } == 16)
        #expect(server.connectionCount <= 16)
    }

    @Test func `a body without end is cut at the limit`() async throws {
        let server = try FakeServer { request in
            let status = request.target == "/error" ? 500 : 200
            let head = "HTTP/1.1 \(status) X\r\nTransfer-Encoding: chunked\r\n\r\n"
            return .endless(head: head, chunk: "2000\r\n" + String(repeating: "x", count: 0x2000) + "\r\n")
        }
        var large = try request(.get, server)
        large.reception = .kept(upTo: 100_000)
        await #expect(throws: HTTPError.tooLarge(limit: 100_000)) { try await client.send(large) }

        let error = try await client.send(request(.get, server, "/error"))
        #expect(error.status == 500)
        #expect(error.body.count == 64 << 10)

        var dropped = try request(.put, server)
        dropped.reception = .dropped
        let answer = try await client.send(dropped)
        #expect(answer.status == 200)
        #expect(answer.body.isEmpty)
    }

    @Test func `headers without end are refused`() async throws {
        let line = "X-Filler: " + String(repeating: "x", count: 1_000) + "\r\n"
        let server = try FakeServer { request in
            request.target == "/informal"
                ? .endless(head: "", chunk: "HTTP/1.1 103 Early\r\n\(line)\r\n")
                : .endless(head: "HTTP/1.1 200 OK\r\n", chunk: line)
        }
        for path in ["/", "/informal"] {
            await #expect(throws: HTTPError.tooLarge(limit: 64 << 10)) {
                try await client.send(request(.get, server, path))
            }
        }
    }

    @Test func `silence and drips end at the deadline`() async throws {
        let server = try FakeServer { request in
            guard request.target == "/drip" else { return .silence }
            return .endless(head: "HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n", chunk: "x")
        }
        for path in ["/silent", "/drip"] {
            var slow = try request(.get, server, path)
            slow.deadline = .milliseconds(200)
            slow.reception = .kept(upTo: 1 << 30)
            let start = ContinuousClock.now
            await #expect(throws: HTTPError.tooSlow) { try await client.send(slow) }
            #expect(start.duration(to: .now) < .seconds(5))
        }
    }

    @Test func `a cancelled request ends at once, under way or waiting`() async throws {
        let server = try FakeServer { _ in .silence }
        let url = try HTTPURL(server.url)
        let client = client
        let tasks = (0..<40).map { _ in
            Task { () async -> HTTPError? in
                do throws(HTTPError) { _ = try await client.send(HTTPRequest(.get, url)) } catch { return error }
                return nil
            }
        }
        while server.requests.count < 16 { await Task.yield() }
        for task in tasks { task.cancel() }
        for task in tasks { #expect(await task.value == .cancelled) }
    }

    @Test func `what is against the rules is not sent`() async throws {
        var clear = HTTPRequest(.get, try HTTPURL("http://registry.example/"))
        clear.set("Authorization", "Basic x")
        await #expect(throws: HTTPError.refused("credentials are not sent in the clear; use https")) {
            try await client.send(clear)
        }
        var split = HTTPRequest(.get, try HTTPURL("http://127.0.0.1:1/"))
        split.set("X", "a\r\nY: b")
        await #expect(throws: HTTPError.refused("a header holds a control character")) { try await client.send(split) }
        for host in ["169.254.169.254", "2852039166"] {
            var metadata = HTTPRequest(.put, try HTTPURL("http://\(host)/"))
            metadata.refusesLinkLocal = true
            metadata.deadline = .seconds(5)
            let refusal = HTTPError.refused("\(host) is a link-local address, where clouds keep their secrets")
            await #expect(throws: refusal) { try await client.send(metadata) }
        }
    }

    @Test func `nobody there, or a connection cut short, are failures that may pass`() async throws {
        let server = try FakeServer { request in
            request.target == "/half" ? .raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf") : .raw("")
        }
        let absent = try HTTPURL("http://127.0.0.1:\(try Loopback.freePort())/")
        for url in [absent, try HTTPURL(server.url + "/half"), try HTTPURL(server.url + "/nothing")] {
            let error = await #expect(throws: HTTPError.self) { try await client.send(HTTPRequest(.get, url)) }
            #expect(error?.isTransient == true)
        }
    }
}
