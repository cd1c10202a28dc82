import Testing

@testable import Reconciler

struct NudgeRequestParserTests {
    @Test(arguments: goodRequests)
    func `a well-formed request is read, whole or byte by byte`(_ given: GoodRequest) throws {
        for step in [given.bytes.count, 1, 7] {
            let requests = events(in: given.bytes, step: step).compactMap(\.request)
            try #require(requests.count == 1, "in steps of \(step)")
            #expect(requests[0].head.method == given.method)
            #expect(requests[0].head.path == given.path)
            #expect(requests[0].body == Array(given.body.utf8))
            #expect(requests[0].head.keepsAlive == given.keepsAlive)
        }
    }

    @Test(arguments: badRequests)
    func `a malformed request is refused, whole or byte by byte`(_ given: BadRequest) {
        for step in [given.bytes.count, 1, 7] {
            let seen = events(in: given.bytes, step: step)
            #expect(seen.last?.refusal?.status == given.status, "in steps of \(step)")
            #expect(seen.count(where: { $0.refusal != nil }) == 1)
            #expect(seen.allSatisfy { $0.request == nil })
        }
    }

    @Test
    func `requests that come together are read one after the other`() {
        let bytes = Array((post("one") + post("") + "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n" + post("four")).utf8)
        for step in [bytes.count, 1, 13] {
            let bodies = events(in: bytes, step: step).compactMap(\.request?.body)
            #expect(bodies == [Array("one".utf8), [], [], Array("four".utf8)])
        }
    }

    @Test
    func `nothing that follows a refusal is read`() {
        let bytes = Array(("GET / HTTP/1.1\r\n\r\n" + post("smuggled")).utf8)
        #expect(events(in: bytes, step: bytes.count).compactMap(\.request).isEmpty)
    }

    @Test
    func `a head may have exactly as many bytes as the limit`() {
        let empty = "GET / HTTP/1.1\r\nHost: a\r\nX: \r\n\r\n"
        let room = HTTPLimits().headBytes - empty.utf8.count
        for (filling, fits) in [(room, true), (room + 1, false)] {
            let text = empty.replacing("X: ", with: "X: " + String(repeating: "x", count: filling))
            let last = events(in: Array(text.utf8), step: 100).last
            #expect((last?.request != nil) == fits)
            #expect((last?.refusal?.status == .headTooLarge) == !fits)
        }
    }

    @Test
    func `of a large body the beginning is kept and the rest is dropped`() throws {
        var limits = HTTPLimits()
        limits.keptBodyBytes = 10
        limits.bodyBytes = 1_000
        let body = String(repeating: "abcdefghij", count: 100)
        let chunks = "1f4\r\n\(body.prefix(500))\r\n1F4;x=y\r\n\(body.suffix(500))\r\n0\r\n\r\n"
        for text in [post(body), chunkedHead + chunks] {
            let requests = events(in: Array(text.utf8), step: 64, limits: limits).compactMap(\.request)
            #expect(requests.map(\.body) == [Array("abcdefghij".utf8)])
        }
    }

    @Test
    func `a body larger than the limit is refused before it is read`() {
        var limits = HTTPLimits()
        limits.bodyBytes = 1_000
        for text in [
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\nExpect: 100-continue\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999999\r\n\r\n",
            chunkedHead + "3e9\r\n", chunkedHead + "1\r\na\r\n3e8\r\n", chunkedHead + "ffffffffffffffffffffff\r\n",
        ] {
            let seen = events(in: Array(text.utf8), step: 1, limits: limits)
            #expect(seen.map(\.refusal?.status) == [.contentTooLarge])
        }
    }

    @Test
    func `a peer that waits to be told to go on is told, unless it did not wait`() {
        let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-Continue\r\n\r\n"
        var parser = RequestParser(limits: HTTPLimits())
        parser.receive(head.utf8)
        #expect(parser.next() == .continueAwaited)
        #expect(parser.next() == nil)
        parser.receive("ok".utf8)
        #expect(parser.next()?.request?.body == Array("ok".utf8))
        parser.receive((head + "ok").utf8)
        #expect(parser.next()?.request?.body == Array("ok".utf8))
    }

    @Test
    func `whatever bytes come, reading ends and keeps little`() {
        var random = SeededGenerator(state: 20_261_123)
        let seeds = goodRequests.map(\.bytes) + badRequests.map(\.bytes)
        for _ in 0..<4_000 {
            var bytes = seeds[Int.random(in: 0..<seeds.count, using: &random)]
            bytes += seeds[Int.random(in: 0..<seeds.count, using: &random)]
            for _ in 0..<Int.random(in: 0..<6, using: &random) {
                let at = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.insert(contentsOf: bytes[at...].prefix(9), at: 0)
                default: bytes.removeSubrange(0..<min(at, bytes.count - 1))
                }
            }
            let step = Int.random(in: 1...bytes.count, using: &random)
            let seen = events(in: bytes, step: step)
            #expect(seen.count <= bytes.count)
            // However the bytes are cut, the same is understood.
            #expect(
                seen.filter { $0 != .continueAwaited } == events(in: bytes, step: 1).filter { $0 != .continueAwaited }
            )
        }
    }
}

/// Everything a parser says to `bytes` that come in pieces of `step`.
private func events(in bytes: [UInt8], step: Int, limits: HTTPLimits = HTTPLimits()) -> [RequestParser.Event] {
    var parser = RequestParser(limits: limits)
    var events: [RequestParser.Event] = []
    for start in stride(from: 0, to: bytes.count, by: max(1, step)) {
        parser.receive(bytes[start...].prefix(step))
        while let event = parser.next() { events.append(event) }
    }
    return events
}

extension RequestParser.Event {
    fileprivate var request: ReceivedRequest? {
        guard case .request(let request) = self else { return nil }
        return request
    }

    fileprivate var refusal: HTTPRefusal? {
        guard case .refused(let refusal) = self else { return nil }
        return refusal
    }
}
