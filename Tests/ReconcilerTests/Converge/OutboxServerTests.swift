import Synchronization
import Testing

@testable import Reconciler

/// The outbox over real HTTP, with the real client and a receiver that gets into every kind of trouble.
struct OutboxServerTests {
    private let client = HTTPClient()

    /// Sends with the real client, but waits for a silent receiver for less than half a minute.
    private var send: Outbox.Sender {
        { [client] request throws(HTTPError) in
            var request = request
            request.deadline = .seconds(3)
            return try await client.send(request)
        }
    }

    @Test func `each image is accepted exactly once, in order, whatever the receiver does, across a restart`()
        async throws
    {
        let port = try Loopback.freePort()
        let url = "http://127.0.0.1:\(port)/hook"
        let before = try await OutboxBench(send: send)
        try await before.announce(["a", "b"], to: [url])
        try await before.run(until: "nobody listens, thrice") { ($0.pending.first?.tries ?? 0) >= 3 }
        #expect(await before.outbox.status.pending.first?.reason == "cannot connect")

        let accepted = Mutex<[String]>([])
        let count = Mutex(0)
        let server = try FakeServer(on: port) { request in
            let number = count.withLock { count in
                count += 1
                return count
            }
            switch number {
            case 1: return .silence
            case 2: return .raw("")
            case 3, 6: return .answer(500, [], "trouble")
            case 4: return .answer(429, ["Retry-After: 1"])
            default:
                let body = try? JSONReader.read(request.body)
                accepted.withLock { $0.append("\(body?["id"]?.string ?? "") \(body?["image"]?.string ?? "")") }
                return .answer(204)
            }
        }
        let after = try await before.restart()
        try await after.announce(["c"], to: [url])
        try await after.runToEnd()
        let images = accepted.withLock { $0 }.map { $0.split(separator: " ").last }
        #expect(images == ["a", "b", "c"])
        #expect(server.lines == Array(repeating: "PUT /hook", count: 8))
        #expect(server.requests.allSatisfy { $0.headers["content-type"] == "application/json" })
        #expect(Set(server.requests.map { try? JSONReader.read($0.body)["id"]?.string }).count == 3)
        #expect(await after.state.recorded.deliveries.isEmpty)
    }

    @Test(arguments: ["Content-Length: 5\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\nff\r\nx"])
    func `an answer that breaks off after its head counts`(rest: String) async throws {
        let server = try FakeServer { _ in .raw("HTTP/1.1 200 OK\r\n" + rest) }
        let bench = try await OutboxBench(send: send)
        try await bench.announce(["a"], to: [server.url])
        try await bench.runToEnd()
        #expect(server.lines == ["PUT /"])
    }

    @Test(arguments: [301, 302, 307, 308])
    func `a redirect is not followed`(status: Int) async throws {
        let server = try FakeServer { request in
            request.target == "/hook" ? .answer(status, ["Location: /elsewhere"]) : nil
        }
        let bench = try await OutboxBench(send: send)
        try await bench.announce(["a"], to: [server.url + "/hook"])
        try await bench.runToEnd()
        #expect(server.lines == ["PUT /hook"])
        #expect(await bench.outbox.status.givenUp.map(\.why) == ["answered \(status)"])
    }

    @Test func `an answer without end is cut off, and its status counts`() async throws {
        let server = try FakeServer { _ in
            .endless(head: "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", chunk: String(repeating: "x", count: 4_096))
        }
        let bench = try await OutboxBench(send: send)
        try await bench.announce(["a"], to: [server.url])
        try await bench.runToEnd()
        #expect(server.lines == ["PUT /"])
        #expect(await bench.outbox.status.givenUp.isEmpty)
    }

    @Test(arguments: [
        "http://169.254.169.254/latest/meta-data", "http://[fe80::1]/", "http://[::ffff:a9fe:a9fe]/",
        "http://user:canary@example.invalid/",
    ])
    func `cloud metadata and passwords in the clear are refused`(url: String) async throws {
        let bench = try await OutboxBench(send: send)
        try await bench.announce(["a"], to: [url])
        try await bench.runToEnd()
        let given = try #require(await bench.outbox.status.givenUp.first)
        #expect(given.why.contains("link-local") || given.why.contains("in the clear"))
        #expect(!bench.log.lines.joined().contains("canary"))
    }

    @Test func `one pass tries what waits without minding its pauses, and ends in time`() async throws {
        let silent = try FakeServer { _ in .silence }
        let good = try FakeServer { _ in .answer(200) }
        let folder = try TemporaryFolder()
        let state = try StateFile(in: folder.path, now: .current())
        let client = client
        let log = NudgeLog()
        let outbox = await Outbox(
            state: state,
            send: { request throws(HTTPError) in try await client.send(request) },
            secrets: { Secrets() },
            log: log.add
        )
        let hooks = [silent.url, good.url, "http://127.0.0.1:\(try Loopback.freePort())"].map {
            WebhookEntry(url: $0, images: [], events: [.build], headers: [:])
        }
        for image in ["a", "b"] { try await state.save(outbox.prepare(try .build(image), webhooks: hooks, own: [])) }
        await outbox.wake()
        for pass in 1...2 {
            let start = ContinuousClock.now
            await outbox.deliverAll(within: .seconds(8))
            #expect(ContinuousClock.now - start < .seconds(20))
            #expect(good.lines.count == 2)
            #expect(silent.lines.count == pass)
            #expect(await outbox.status.pending.map(\.tries) == [0, pass, 0, 0])
        }
    }
}
