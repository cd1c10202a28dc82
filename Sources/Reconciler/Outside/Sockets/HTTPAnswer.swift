/// What a request is answered with.
struct HTTPAnswer: Equatable, Sendable {
    let status: HTTPStatus
    let contentType: String
    let body: String
    /// The methods that would have been right, for a 405.
    let allow: String?

    private init(_ status: HTTPStatus, contentType: String, body: String, allow: String? = nil) {
        self.status = status
        self.contentType = contentType
        self.body = body
        self.allow = allow
    }

    static func json(_ status: HTTPStatus, _ text: String) -> HTTPAnswer {
        HTTPAnswer(status, contentType: "application/json", body: text)
    }

    /// One line of plain text that says why; control characters in it are escaped.
    static func reason(_ status: HTTPStatus, _ reason: String, allow: String? = nil) -> HTTPAnswer {
        HTTPAnswer(status, contentType: "text/plain; charset=utf-8", body: visible(reason) + "\n", allow: allow)
    }
}

extension HTTPAnswer {
    /// What the head of an answer says about its connection (RFC 9112 section 9.3).
    enum Connection {
        /// HTTP/1.1 stays open unless told otherwise.
        case staysOpen
        /// HTTP/1.0 closes unless told otherwise.
        case staysOpenForHTTP10
        case closes
    }

    /// The answer on the wire; `date` is now, as RFC 9110 section 5.6.7 writes it.
    func text(date: String, connection: Connection, withBody: Bool) -> String {
        var text = "HTTP/1.1 \(status.rawValue) \(status.phrase)\r\nDate: \(date)\r\n"
        text += "Content-Type: \(contentType)\r\nContent-Length: \(body.utf8.count)\r\nCache-Control: no-store\r\n"
        if let allow { text += "Allow: \(allow)\r\n" }
        switch connection {
        case .staysOpen: break
        case .staysOpenForHTTP10: text += "Connection: keep-alive\r\n"
        case .closes: text += "Connection: close\r\n"
        }
        text += "\r\n"
        if withBody { text += body }
        return text
    }
}

/// An answer and what is to be done once it has been sent.
struct HTTPReply: Sendable {
    let answer: HTTPAnswer
    let afterwards: (@Sendable () -> Void)?

    init(_ answer: HTTPAnswer, afterwards: (@Sendable () -> Void)? = nil) {
        self.answer = answer
        self.afterwards = afterwards
    }
}

/// Answers a request; it runs on the server's only thread and must not wait.
typealias HTTPHandler = @Sendable (ReceivedRequest) -> HTTPReply
