import Testing

@testable import Reconciler

struct NudgeEndpointTests {
    @Test(arguments: [
        ("POST / HTTP/1.1", 202, #"{"nudged":true}"#, nil),
        ("POST /?from=hook HTTP/1.1", 202, #"{"nudged":true}"#, nil),
        ("GET /healthz HTTP/1.1", 200, #"{"alive":true}"#, nil), ("HEAD /healthz HTTP/1.1", 200, "", nil),
        ("GET / HTTP/1.1", 405, "POST / makes the next look come now\n", "POST"),
        ("PUT / HTTP/1.1", 405, "POST / makes the next look come now\n", "POST"),
        ("BREW / HTTP/1.1", 405, "POST / makes the next look come now\n", "POST"),
        ("POST /healthz HTTP/1.1", 405, "GET /healthz tells whether the loop is alive\n", "GET, HEAD"),
        ("GET /index.html HTTP/1.1", 404, "there is only POST / and GET /healthz\n", nil),
        ("POST //healthz HTTP/1.1", 404, "there is only POST / and GET /healthz\n", nil),
        ("OPTIONS * HTTP/1.1", 404, "there is only POST / and GET /healthz\n", nil),
        ("GET /%68ealthz HTTP/1.1", 404, "there is only POST / and GET /healthz\n", nil),
    ])
    func `each request has its answer`(line: String, status: Int, body: String, allow: String?) async throws {
        try await withNudgeEndpoint { port, tally in
            let client = try NudgeClient(port: port)
            for _ in 0..<2 {
                try client.send("\(line)\r\nHost: a\r\n\r\n")
                let answer = try client.answer(toHEAD: line.hasPrefix("HEAD"))
                #expect(answer.status == status)
                #expect(answer.body == body)
                #expect(answer.head.contains("\r\nAllow: \(allow ?? "")") == (allow != nil))
            }
            try tally.wait(for: status == 202 ? 2 : 0)
            #expect((tally.pending.take() == .everything) == (status == 202))
        }
    }

    @Test
    func `a loop that stalls is said to, in one line`() async throws {
        try await withNudgeEndpoint(health: .stalled("no pass has ended\nfor 1h\u{1b}")) { port, _ in
            let client = try NudgeClient(port: port)
            try client.send("GET /healthz HTTP/1.0\r\n\r\n")
            let answer = try client.answer()
            #expect(answer.status == 503)
            #expect(answer.body == "no pass has ended\\nfor 1h\\u{1b}\n")
            #expect(try client.readToEnd().isEmpty)
        }
    }

    @Test
    func `the loop is woken by the request, and told which repository it was`() async throws {
        let pending = PendingNudges()
        let endpoint = NudgeEndpoint(nudge: pending.add, health: { .alive })
        let listeners = try await endpoint.start(on: ListenAddress("localhost:0"))
        try await withThrowingTaskGroup { group in
            group.addTask { try await endpoint.run(listeners) }
            async let nudge = pending.next()
            let body = #"{"ref":"refs/heads/master","repository":{"url":"git@github.com:01-edu/public.git"}}"#
            let head = """
                POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\
                Content-Type: application/x-www-form-urlencoded\r\n\r\n
                """
            try await onThread { [port = listeners.port] in
                Result {
                    let client = try NudgeClient(port: port)
                    try client.send(head + body)
                    #expect(try client.answer().status == 202)
                }
            }.get()
            #expect(await nudge == .repositories(["github.com/01-edu/public"]))
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    @Test
    func `a port that is taken is named, waited for, and logged once`() async throws {
        let log = NudgeLog()
        let clock = NudgeClock()
        let endpoint = NudgeEndpoint(nudge: { _ in }, health: { .alive })
        var other: Listeners? = try await endpoint.start(on: ListenAddress("127.0.0.1:0"))
        let port = try #require(other?.port)
        let address = try ListenAddress("127.0.0.1:\(port)")
        await #expect(throws: SocketFault.self) { try await endpoint.start(on: address) }
        await withTaskGroup { group in
            group.addTask {
                await endpoint.serve(on: address, clock: clock, log: log.add)
            }
            for _ in 0..<5 {
                await clock.someoneSleeps()
                clock.advance(by: .seconds(60))
            }
            await clock.someoneSleeps()
            other = nil
            clock.advance(by: .seconds(59))
            #expect((try? await answers(on: port)) != true)
            clock.advance(by: .seconds(1))
            while (try? await answers(on: port)) != true { await Task.yield() }
            group.cancelAll()
        }
        #expect((try? await answers(on: port)) != true, "the endpoint is gone with its task")
        #expect(
            log.lines == [
                "cannot listen on \(address): another program has that port: Address already in use; "
                    + "going on without nudges, trying again every minute",
                "nudges are taken on \(address)",
            ]
        )
    }

    private func answers(on port: UInt16) async throws -> Bool {
        try await onThread {
            Result {
                let client = try NudgeClient(port: port)
                try client.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
                return try client.answer().status == 200
            }
        }.get()
    }
}
