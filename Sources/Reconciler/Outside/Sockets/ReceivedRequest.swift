/// One request as it came, complete and well-formed.
struct ReceivedRequest: Equatable, Sendable {
    let head: ReceivedRequestHead
    /// The first bytes of the body, as many as are kept.
    let body: [UInt8]
}

/// The part of a request before its body.
struct ReceivedRequestHead: Equatable, Sendable {
    enum Framing: Equatable, Sendable {
        case length(Int)
        case chunked
    }

    let method: String
    /// The path as sent (percent-encoded), without query; `*` for the asterisk form.
    let path: String
    /// Whether the peer may send another request after this one.
    let keepsAlive: Bool
    /// Whether the peer speaks HTTP/1.0, where staying open must be said.
    let isHTTP10: Bool
    let framing: Framing
    /// Whether the peer waits for `100 Continue` before it sends the body.
    let awaitsContinue: Bool
}

/// Why a request is not served; the connection ends with it, as nobody can tell where a next request would begin.
struct HTTPRefusal: Error, Equatable, Sendable {
    let status: HTTPStatus
    /// One line that repeats nothing of what was sent.
    let reason: String

    init(_ status: HTTPStatus, _ reason: String) {
        self.status = status
        self.reason = reason
    }
}
