import Testing

@testable import Reconciler

struct GoodRequest: Sendable, CustomTestStringConvertible {
    let text: String
    var method = "POST"
    var path = "/"
    var body = ""
    var keepsAlive = true

    var bytes: [UInt8] { Array(text.utf8) }
    var testDescription: String { visible(text) }
}

struct BadRequest: Sendable, CustomTestStringConvertible {
    let status: HTTPStatus
    let bytes: [UInt8]

    init(_ text: String) { self.init(.badRequest, text) }

    init(_ status: HTTPStatus, _ text: String) {
        self.status = status
        // A scalar below U+0100 stands for that byte.
        bytes = text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    }

    var testDescription: String { "\(status): \(visible(String(decoding: bytes.prefix(80), as: UTF8.self)))" }
}

let chunkedHead = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"

func post(_ body: String) -> String {
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
}

let goodRequests: [GoodRequest] = [
    GoodRequest(text: post("")),
    GoodRequest(text: post("{}"), body: "{}"),
    GoodRequest(text: "POST / HTTP/1.1\r\nHost:a\r\n\r\n"),
    GoodRequest(text: "\r\n\r\nPOST /?token=x HTTP/1.1\r\nhOsT:\t [::1]:8081 \t\r\n\r\n"),
    GoodRequest(text: "GET /healthz HTTP/1.1\r\nHost:\r\n\r\n", method: "GET", path: "/healthz"),
    GoodRequest(text: "GET http://a/healthz?x HTTP/1.1\r\nHost: a\r\n\r\n", method: "GET", path: "/healthz"),
    GoodRequest(text: "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", method: "OPTIONS", path: "*"),
    GoodRequest(text: "GET HTTPS://a HTTP/1.7\r\nHost: a\r\n\r\n", method: "GET"),
    GoodRequest(text: "POST / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n", keepsAlive: false),
    GoodRequest(text: "POST / HTTP/1.0\r\n\r\n", keepsAlive: false),
    GoodRequest(text: "POST / HTTP/1.0\r\nConnection: Keep-Alive\r\nContent-Length: 1\r\n\r\nx", body: "x"),
    GoodRequest(text: chunkedHead + "0\r\n\r\n"),
    GoodRequest(
        text: chunkedHead + "2\r\nab\r\n00A;q=\"x;y\"\r\n0123456789\r\n000\r\nX: y\r\n\r\n",
        body: "ab0123456789"
    ),
    GoodRequest(text: "POST / HTTP/1.1\r\nHost: a\r\nX: caf\u{e9}\r\nX:\r\n\r\n"),
]

let badRequests: [BadRequest] = [
    // Two readers could disagree on where these end.
    BadRequest("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    BadRequest("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n"),
    BadRequest("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
    BadRequest("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na"),
    BadRequest("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\na"),
    BadRequest("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\na"),
    BadRequest("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\na"),
    BadRequest("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x1\r\n\r\na"),
    BadRequest("POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\na"),
    BadRequest("POST / HTTP/1.1\r\nHost: a\r\nContent-Length : 1\r\n\r\na"),
    BadRequest("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
    BadRequest("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n"),
    BadRequest("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n"),
    BadRequest("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\u{b}chunked\r\n\r\n"),
    BadRequest("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n chunked\r\n\r\n"),
    BadRequest("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"),
    BadRequest("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    BadRequest(chunkedHead + "\r\n"), BadRequest(chunkedHead + "x\r\n"), BadRequest(chunkedHead + "-1\r\n"),
    BadRequest(chunkedHead + "0x1\r\n"), BadRequest(chunkedHead + "1 \r\na\r\n"),
    BadRequest(chunkedHead + " 1\r\na\r\n"),
    BadRequest(chunkedHead + "1\r\nab\r\n"), BadRequest(chunkedHead + "1\na\n0\n\n"),
    BadRequest(chunkedHead + "1\r\na\n"),
    BadRequest(chunkedHead + "1;" + String(repeating: "x", count: 300) + "\r\n"),
    BadRequest(chunkedHead + "0\r\nno field\r\n\r\n"),
    BadRequest(.headTooLarge, chunkedHead + "0\r\nX: " + String(repeating: "x", count: 9_000) + "\r\n\r\n"),
    // Lines, names and control characters.
    BadRequest("GET / HTTP/1.1\nHost: a\n\n"), BadRequest("GET / HTTP/1.1\r\nHost: a\n\n"),
    BadRequest("GET / HTTP/1.1\rHost: a\r\n\r\n"), BadRequest("GET / HTTP/1.1\r\nX: a\rb\r\n"),
    BadRequest("GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n"), BadRequest("GET / HTTP/1.1\r\n Host: a\r\n\r\n"),
    BadRequest("GET / HTTP/1.1\r\n: a\r\n"), BadRequest("GET / HTTP/1.1\r\nHost\r\n"),
    BadRequest("GET / HTTP/1.1\r\nX: \u{0}\r\n"), BadRequest("GET / HTTP/1.1\r\nX: \u{1b}[31m\r\n"),
    BadRequest("GET / HTTP/1.1\r\nX\u{e9}: a\r\n"), BadRequest("GET / HTTP/1.1\r\nX: \u{7f}\r\n"),
    BadRequest("GET /\u{0} HTTP/1.1\r\n"), BadRequest("G\u{0}T / HTTP/1.1\r\n"),
    BadRequest("\u{16}\u{3}\u{1}\u{2}\u{0}"),
    BadRequest("GET / HTTP/1.1\r\n\r\n"), BadRequest("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
    BadRequest("GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"), BadRequest("GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"),
    BadRequest("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"), BadRequest("GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"),
    // The request line.
    BadRequest("GET /\r\n"), BadRequest("GET  / HTTP/1.1\r\n"), BadRequest("GET / HTTP/1.1 \r\n"),
    BadRequest(" GET / HTTP/1.1\r\n"), BadRequest("GET\t/\tHTTP/1.1\r\n"), BadRequest("G(T / HTTP/1.1\r\n"),
    BadRequest("GET / http/1.1\r\n"), BadRequest("GET / HTTP/11\r\n"), BadRequest("GET / HTTP/1.10\r\n"),
    BadRequest("GET healthz HTTP/1.1\r\n"), BadRequest("GET ftp://a/ HTTP/1.1\r\n"),
    BadRequest("CONNECT a:80 HTTP/1.1\r\n"),
    BadRequest("GET /\u{e9} HTTP/1.1\r\n"), BadRequest("GET /#x HTTP/1.1\r\n"),
    BadRequest(.versionNotSupported, "PRI * HTTP/2.0\r\n"), BadRequest(.versionNotSupported, "GET / HTTP/0.9\r\n"),
    BadRequest(.targetTooLong, "GET /" + String(repeating: "a", count: 9_000)),
    BadRequest(.headTooLarge, "GET / HTTP/1.1\r\nX: " + String(repeating: "a", count: 9_000)),
    BadRequest(.headTooLarge, "GET / HTTP/1.1\r\n" + String(repeating: "X: y\r\n", count: 2_000)),
    BadRequest(.expectationFailed, "GET / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n"),
]
