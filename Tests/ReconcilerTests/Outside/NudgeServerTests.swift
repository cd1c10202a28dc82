import Synchronization
import Testing

@testable import Reconciler

struct NudgeServerTests {
    private let nudge = "POST / HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test
    func `a nudge is answered at once while two thousand half-open connections stand`() async throws {
        raiseDescriptorLimit()
        var limits = HTTPLimits()
        // No deadline helps here: the answer can only come because the good request finds room.
        limits.headTime = .seconds(3_600)
        limits.bodyTime = .seconds(3_600)
        try await withNudgeEndpoint(limits: limits) { port, tally in
            let starts = ["", "POST / HT", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc"]
            var halves: [NudgeClient] = []
            for index in 0..<2_000 {
                let half = try NudgeClient(port: port)
                // Those that were pushed out already get an error, which is as it should be.
                try? half.send(starts[index % 3])
                halves.append(half)
            }
            for _ in 0..<20 {
                let good = try NudgeClient(port: port)
                try good.send(nudge)
                #expect(try good.answer().status == 202)
            }
            #expect(halves.count == 2_000)
            try tally.wait(for: 20)
            #expect(tally.count.load(ordering: .relaxed) == 20)
        }
    }

    @Test
    func `more peers than there is room for are all answered if they ask`() async throws {
        try await withNudgeEndpoint { port, tally in
            let clients = try (0..<200).map { _ in try NudgeClient(port: port) }
            for client in clients { try client.send(nudge) }
            for client in clients { #expect(try client.answer().status == 202) }
            try tally.wait(for: 200)
        }
    }

    @Test
    func `no more than sixty-four connections are held, and those that rest longest go first`() async throws {
        try await withNudgeEndpoint { port, _ in
            let clients = try (0..<100).map { _ in try NudgeClient(port: port) }
            for client in clients { try client.send("POST / HTTP/1.1\r\n") }
            // Accepted after them, in the order in which they came.
            let last = try NudgeClient(port: port)
            try last.send(nudge)
            #expect(try last.answer().status == 202)
            for client in clients.prefix(37) { #expect((try? client.readToEnd()) ?? "" == "") }
            for client in clients.dropFirst(37) {
                try client.send("Host: a\r\n\r\n")
                #expect(try client.answer().status == 202)
            }
        }
    }

    @Test
    func `ten thousand nudges over fifty connections are all answered and make one`() async throws {
        try await withNudgeEndpoint { port, tally in
            let clients = try (0..<50).map { _ in try NudgeClient(port: port) }
            for _ in 0..<20 {
                for client in clients { try client.send(String(repeating: nudge, count: 10)) }
                for client in clients {
                    for _ in 0..<10 { #expect(try client.answer().status == 202) }
                }
            }
            try tally.wait(for: 10_000)
            #expect(tally.count.load(ordering: .relaxed) == 10_000)
            #expect(tally.pending.take() == .everything)
            #expect(tally.pending.take() == nil)
        }
    }

    @Test
    func `who takes too long for a head or a body is told so and cut off`() async throws {
        var limits = HTTPLimits()
        limits.headTime = .milliseconds(50)
        limits.bodyTime = .milliseconds(50)
        try await withNudgeEndpoint(limits: limits) { port, tally in
            for start in ["POST / HTTP/1.1\r\nHost", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n{"] {
                let slow = try NudgeClient(port: port)
                try slow.send(start)
                let all = try slow.readToEnd()
                #expect(all.hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
                #expect(all.contains("\r\nConnection: close\r\n"))
            }
            let silent = try NudgeClient(port: port)
            #expect(try silent.readToEnd().isEmpty)
            try expectOnlyOwnNudge(port: port, tally: tally)
        }
    }

    @Test
    func `peers that go away in the middle of anything harm nobody`() async throws {
        try await withNudgeEndpoint { port, tally in
            let pieces = [
                "", "POST", nudge, String(repeating: nudge, count: 500),
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\n{\"repository\":",
                "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n", "BAD\r\n",
            ]
            for resets in [false, true] {
                for piece in pieces + pieces {
                    let client = try NudgeClient(port: port)
                    if resets { client.resetsAtEnd() }
                    try client.send(piece)
                }
            }
            let good = try NudgeClient(port: port)
            try good.send(nudge)
            #expect(try good.answer().status == 202)
            let nudges = tally.nudges.withLock { $0 }
            #expect(nudges.allSatisfy { $0 == .everything }, "a body that was not sent to its end is no nudge")
        }
    }

    @Test
    func `a peer that only closes its sending side gets every answer`() async throws {
        try await withNudgeEndpoint { port, tally in
            let client = try NudgeClient(port: port)
            try client.send(String(repeating: nudge, count: 6_000))
            client.finish()
            #expect(try client.readToEnd().matches(of: /HTTP\/1.1 202 Accepted/).count == 6_000)
            try tally.wait(for: 6_000)
            #expect(tally.count.load(ordering: .relaxed) == 6_000)
        }
    }

    @Test
    func `a connection is used again after a large body, chunked or not`() async throws {
        try await withNudgeEndpoint { port, tally in
            let client = try NudgeClient(port: port)
            let filling = [UInt8](repeating: UInt8(ascii: "x"), count: 2 * 1_024 * 1_024)
            try client.send(
                "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: \(filling.count)\r\n\r\n"
            )
            #expect(try client.answer().head == "HTTP/1.1 100 Continue")
            try client.send(filling)
            #expect(try client.answer().status == 202)
            try client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n200000\r\n")
            try client.send(filling)
            try client.send("\r\n0\r\n\r\n")
            #expect(try client.answer().status == 202)
            try client.send(nudge)
            #expect(try client.answer().status == 202)
            try tally.wait(for: 3)
            #expect(tally.count.load(ordering: .relaxed) == 3)
        }
    }

    @Test
    func `who sends too much reads why, although it is still sending`() async throws {
        try await withNudgeEndpoint { port, tally in
            let client = try NudgeClient(port: port)
            try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 30000000\r\n\r\n")
            try client.send([UInt8](repeating: 0, count: 4 * 1_024 * 1_024))
            let answer = try client.answer()
            #expect(answer.status == 413)
            #expect(answer.body == "the body is larger than 26214400 bytes\n")
            client.finish()
            #expect(try client.readToEnd().isEmpty)
            try expectOnlyOwnNudge(port: port, tally: tally)
        }
    }

    @Test
    func `nothing after a refused request is taken for another one`() async throws {
        try await withNudgeEndpoint { port, tally in
            for head in ["Content-Length: 5\r\nTransfer-Encoding: chunked", "Content-Length: 5\r\nContent-Length: 0"] {
                let client = try NudgeClient(port: port)
                try client.send("POST / HTTP/1.1\r\nHost: a\r\n\(head)\r\n\r\n0\r\n\r\n\(nudge)")
                client.finish()
                let all = try client.readToEnd()
                #expect(all.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
                #expect(all.contains("\r\nConnection: close\r\n"))
                #expect(all.matches(of: /HTTP\/1.1/).count == 1)
            }
            try expectOnlyOwnNudge(port: port, tally: tally)
        }
    }

    /// Nudges arrive in the order of their requests: when ours is the first to come, none came before.
    private func expectOnlyOwnNudge(port: UInt16, tally: NudgeTally) throws {
        let client = try NudgeClient(port: port)
        try client.send(nudge)
        #expect(try client.answer().status == 202)
        try tally.wait(for: 1)
        #expect(tally.count.load(ordering: .relaxed) == 1)
    }
}
