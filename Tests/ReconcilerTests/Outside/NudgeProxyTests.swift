import Synchronization
import Testing

@testable import Reconciler

struct NudgeProxyTests {
    @Test
    func `nudges come through Caddy, and what is wrong with a request does not pass for two`() async throws {
        let free = try await Listeners.open(ListenAddress("127.0.0.1:0")).port
        try await withNudgeEndpoint { upstream, tally in
            let caddyfile = """
                {
                    admin off
                    auto_https off
                }
                http://:\(free) {
                    bind 127.0.0.1
                    reverse_proxy 127.0.0.1:\(upstream)
                }
                """
            let caddy = try NudgeProgram(
                ["caddy", "run", "--config", "FOLDER/Caddyfile", "--adapter", "caddyfile"],
                files: ["Caddyfile": caddyfile]
            )
            defer { caddy.end() }
            try caddy.listens(on: free)
            let client = try NudgeClient(port: free)
            try sendGoodRequests(through: client, tally: tally)
            let large = String(repeating: "x", count: 27_000_000)
            let refused = [
                ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", 405), ("GET /x HTTP/1.1\r\nHost: a\r\n\r\n", 404),
                ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 27000000\r\n\r\n" + large, 413),
            ]
            for (request, status) in refused {
                let client = try NudgeClient(port: free)
                // The proxy may close before it has read it all.
                try? client.send(request)
                #expect(try client.answer().status == status)
            }
            let before = tally.count.load(ordering: .acquiring)
            let smuggler = try NudgeClient(port: free)
            let hidden = "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            try smuggler.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(5 + hidden.utf8.count)\r\n")
            try smuggler.send("Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n\(hidden)")
            let answered = try smuggler.readToEnd().matches(of: /HTTP\/1.1 202/).count
            #expect(answered > 0)
            try client.send(hidden)
            #expect(try client.answer().status == 202)
            try tally.wait(for: before + answered + 1)
            #expect(tally.count.load(ordering: .relaxed) == before + answered + 1, "as many nudges as answers")
        }
    }

    @Test
    func `curl sends what the earlier program was sent, and large bodies after asking`() async throws {
        try await withNudgeEndpoint { port, tally in
            let event = #"{"ref":"refs/heads/master","repository":{"url":"git@github.com:01-edu/public.git"}}"#
            let large = event.dropLast() + #","commits":["\#(String(repeating: "x", count: 3 * 1_024 * 1_024))"]}"#
            for (body, chunked) in [(event, false), (String(large), false), (String(large), true)] {
                let curl = try NudgeProgram(
                    ["curl", "-sS", "--max-time", "30", "-w", " %{http_code}", "--data-binary", "@FOLDER/body"]
                        + (chunked ? ["-H", "Transfer-Encoding: chunked"] : []) + ["http://127.0.0.1:\(port)"],
                    files: ["body": body]
                )
                defer { curl.end() }
                #expect(curl.output() == #"{"nudged":true} 202"#)
            }
            try tally.wait(for: 3)
            let seen = tally.nudges.withLock { $0 }
            #expect(seen == Array(repeating: .repositories(["github.com/01-edu/public"]), count: 3))
        }
    }
}

private func sendGoodRequests(through client: NudgeClient, tally: NudgeTally) throws {
    let event = #"{"repository":{"url":"git@github.com:01-edu/public.git"}}"#
    for _ in 0..<20 {
        try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(event.utf8.count)\r\n\r\n\(event)")
        #expect(try client.answer().status == 202)
    }
    try client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n")
    #expect(try client.answer().body == #"{"nudged":true}"#)
    try client.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try client.answer().body == #"{"alive":true}"#)
    try tally.wait(for: 21)
    let narrow = tally.nudges.withLock { $0 }.prefix(20)
    #expect(narrow.allSatisfy { $0 == .repositories(["github.com/01-edu/public"]) })
}
