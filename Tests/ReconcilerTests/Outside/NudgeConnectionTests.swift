import Testing

@testable import Reconciler

struct NudgeConnectionTests {
    private let start = ContinuousClock.now
    private let limits = HTTPLimits()

    @Test
    func `a new connection has ten seconds for its head, however it drips`() {
        var connection = HTTPConnection(at: moment(0), limits: limits)
        #expect(connection.deadline == start + .seconds(10))
        for second in 1...9 {
            receive("G", by: &connection, at: second)
            #expect(connection.deadline == start + .seconds(10))
        }
        connection.expire(at: moment(10))
        #expect(text(of: connection).hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
        #expect(text(of: connection).contains("\r\nConnection: close\r\n"))
        #expect(connection.phase == .finishing)
    }

    @Test
    func `a connection on which nothing came is closed without a word`() {
        var connection = HTTPConnection(at: moment(0), limits: limits)
        connection.expire(at: moment(10))
        #expect(connection.phase == .over)
        #expect(connection.output.isEmpty)
    }

    @Test
    func `between requests there is more time, and ten seconds again once the next begins`() {
        var connection = HTTPConnection(at: moment(0), limits: limits)
        receive("GET / HTTP/1.1\r\nHost: a\r\n\r\n", by: &connection, at: 1)
        #expect(connection.phase == .idle)
        #expect(connection.deadline == start + .seconds(1) + limits.idleTime)
        connection.sent(connection.output.count, at: moment(1))
        receive("G", by: &connection, at: 60)
        #expect(connection.deadline == start + .seconds(70))
    }

    @Test
    func `a dripped body ends at its deadline and is no nudge`() {
        var connection = HTTPConnection(at: moment(0), limits: limits)
        receive("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\n", by: &connection, at: 1)
        for second in 2...30 { receive("x", by: &connection, at: second) }
        #expect(connection.phase == .body)
        #expect(connection.deadline == start + .seconds(1) + limits.bodyTime)
        connection.expire(at: moment(31))
        #expect(text(of: connection).hasPrefix("HTTP/1.1 408 "))
        receive(String(repeating: "x", count: 50), by: &connection, at: 31)
        #expect(!text(of: connection).contains("200 OK"))
    }

    @Test
    func `the last answer is followed by a wait for the peer to close, in which everything is dropped`() {
        var connection = HTTPConnection(at: moment(0), limits: limits)
        receive("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET", by: &connection, at: 0)
        #expect(connection.phase == .finishing)
        connection.sent(connection.output.count, at: moment(1))
        #expect(connection.phase == .lingering)
        #expect(connection.deadline == start + .seconds(1) + limits.closingTime)
        receive("GET / HTTP/1.1\r\nHost: a\r\n\r\n", by: &connection, at: 1)
        #expect(connection.output.isEmpty)
        connection.peerFinished()
        #expect(connection.phase == .over)
    }

    @Test
    func `who closes the sending side still gets the answer`() {
        var connection = HTTPConnection(at: moment(0), limits: limits)
        receive("GET / HTTP/1.1\r\nHost: a\r\n\r\n", by: &connection, at: 0)
        connection.peerFinished()
        receive("", by: &connection, at: 0)
        #expect(connection.phase == .finishing)
        connection.sent(connection.output.count, at: moment(0))
        #expect(connection.phase == .over)
    }

    @Test
    func `who goes without having asked is let go`() {
        for start in ["", "GET / HTTP/1.1\r\nHost", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabc"] {
            var connection = HTTPConnection(at: moment(0), limits: limits)
            receive(start, by: &connection, at: 0)
            connection.peerFinished()
            receive("", by: &connection, at: 0)
            #expect(connection.phase == .over)
        }
    }

    @Test
    func `a peer that sends requests and reads no answers does not fill the memory`() {
        var connection = HTTPConnection(at: moment(0), limits: limits)
        receive(String(repeating: "GET / HTTP/1.1\r\nHost: a\r\n\r\n", count: 10_000), by: &connection, at: 0)
        #expect(connection.output.count < 65 * 1_024)
        #expect(!connection.wantsToRead)
        connection.peerFinished()
        var answered = 0
        while !connection.output.isEmpty {
            answered += text(of: connection).matches(of: /HTTP\/1.1 200 OK/).count
            connection.sent(connection.output.count, at: moment(0))
            receive("", by: &connection, at: 0)
        }
        #expect(answered == 10_000)
        #expect(connection.phase == .over)
    }

    @Test
    func `the one given up for room has its answer, or rests longest, and last comes one with a body under way`() {
        var connections = [10, 20, 30, 40].map { HTTPConnection(at: moment($0), limits: limits) }
        receive("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\n", by: &connections[0], at: 50)
        receive("GET / HTTP/1.1\r\nHost: a\r\n\r\n", by: &connections[1], at: 60)
        connections[1].sent(connections[1].output.count, at: moment(60))
        receive("GET / HTTP/1.0\r\n\r\n", by: &connections[3], at: 70)
        connections[3].sent(connections[3].output.count, at: moment(70))
        let order = connections.indices.sorted { connections[$0].rank < connections[$1].rank }
        #expect(order == [3, 2, 1, 0])
    }

    private func moment(_ second: Int) -> HTTPMoment {
        HTTPMoment(now: start + .seconds(second), date: "Sun, 06 Nov 1994 08:49:37 GMT")
    }

    private func receive(_ text: String, by connection: inout HTTPConnection, at second: Int) {
        connection.receive(text.utf8)
        _ = connection.answerRequests(at: moment(second)) { _ in HTTPReply(.json(.ok, "{}")) }
    }

    private func text(of connection: HTTPConnection) -> String { String(decoding: connection.output, as: UTF8.self) }
}

struct NudgeListenAddressTests {
    @Test(arguments: [
        ("127.0.0.1:8081", "127.0.0.1", 8_081), ("[::1]:80", "::1", 80), ("localhost:0", "localhost", 0),
        ("a.example.org:65535", "a.example.org", 65_535),
    ])
    func `an address is a host and a port`(text: String, host: String, port: UInt16) throws {
        let address = try ListenAddress(text)
        #expect((address.host, address.port) == (host, port))
        #expect(address.description == text)
    }

    @Test(arguments: [
        "", "8081", ":8081", "a:", "a:65536", "a:-1", "::1:80", "[::1]", "a b:80", "[]:80", "a\n:80", "a/b:1",
    ])
    func `anything else is refused`(text: String) {
        #expect(throws: Malformed.self) { try ListenAddress(text) }
    }

    @Test
    func `an answer carries the date as HTTP writes it`() {
        #expect(HTTPDate.text(of: 784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(HTTPDate.text(of: 0) == "Thu, 01 Jan 1970 00:00:00 GMT")
    }
}
