/// One request as it goes out; redirects are never followed by the transport.
struct HTTPRequest: Sendable {
    enum Method: String, Sendable {
        case get = "GET"
        case head = "HEAD"
        case put = "PUT"
        case post = "POST"
        case delete = "DELETE"
    }

    struct Header: Sendable {
        let name: String
        let value: String
    }

    enum Body: Sendable {
        case none
        case bytes([UInt8])
        /// A file on disk, read while it is sent.
        case file(String)
    }

    /// What becomes of the answer's body.
    enum Reception: Sendable {
        /// Kept in memory; a successful answer with more bytes than this fails.
        case kept(upTo: Int)
        /// Only as much as tells whether there is any: its first byte; none if the answer breaks off before it.
        case firstByte
        /// Counted and dropped; what is endless is cut off.
        case dropped
    }

    let method: Method
    let url: HTTPURL
    var headers: [Header] = []
    var body = Body.none
    var reception = Reception.kept(upTo: 64 << 10)
    /// From its start on the wire to the last byte of the answer.
    var deadline = Duration.seconds(60)
    /// Whether link-local addresses (cloud metadata) are refused, in the URL and after name resolution.
    var refusesLinkLocal = false

    init(_ method: Method, _ url: HTTPURL) {
        self.method = method
        self.url = url
    }

    mutating func set(_ name: String, _ value: String) {
        headers.append(Header(name: name, value: value))
    }

    /// Whether a header in it is a secret.
    var carriesCredentials: Bool { headers.contains { $0.name.lowercased() == "authorization" } }
}
