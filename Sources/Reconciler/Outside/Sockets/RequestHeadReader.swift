/// Reads the lines of a request's head, one after the other, as RFC 9112 sections 2 to 6 have them.
///
/// Where the RFC lets a server be lenient this one is strict: two readers of one request that disagree on where it ends
/// are what request smuggling is made of, and there is always a proxy in front.
struct RequestHeadReader {
    private var requestLine: RequestLine?
    private var hosts = 0
    private var length: Int?
    private var isChunked = false
    private var connectionOptions: Set<String> = []
    private var awaitsContinue = false

    /// Whether the request line has been read.
    var hasRequestLine: Bool { requestLine != nil }

    /// Takes a line without its end; the head once the line is the empty one that ends it.
    mutating func read(_ line: ArraySlice<UInt8>) throws(HTTPRefusal) -> ReceivedRequestHead? {
        guard let requestLine else {
            // RFC 9112 section 2.2: empty lines before a request are skipped.
            if !line.isEmpty { self.requestLine = try RequestLine(line) }
            return nil
        }
        guard line.isEmpty else {
            try readField(line)
            return nil
        }
        return try head(for: requestLine)
    }

    /// The name and the value of a field line; one that is folded or has a space before the colon is refused.
    static func split(_ line: ArraySlice<UInt8>) throws(HTTPRefusal) -> (name: String, value: ArraySlice<UInt8>) {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
            line[..<colon].allSatisfy(isTokenByte)
        else {
            throw HTTPRefusal(.badRequest, "a header line is no NAME: VALUE, or is folded")
        }
        return (lowercased(line[..<colon]), trimmed(line[(colon + 1)...]))
    }

    private mutating func readField(_ line: ArraySlice<UInt8>) throws(HTTPRefusal) {
        let (name, value) = try Self.split(line)
        switch name {
        case "host": try readHost(value)
        case "content-length": try readLength(value)
        case "transfer-encoding": try readCoding(value)
        case "connection":
            for option in value.split(separator: UInt8(ascii: ",")) {
                connectionOptions.insert(lowercased(trimmed(option)))
            }
        case "expect": try readExpectation(value)
        default: break
        }
    }

    private mutating func readHost(_ value: ArraySlice<UInt8>) throws(HTTPRefusal) {
        hosts += 1
        guard hosts == 1, value.allSatisfy(isHostByte) else {
            throw HTTPRefusal(.badRequest, "Host stands twice or is no host")
        }
    }

    private mutating func readLength(_ value: ArraySlice<UInt8>) throws(HTTPRefusal) {
        guard length == nil else { throw HTTPRefusal(.badRequest, "Content-Length stands twice") }
        guard !value.isEmpty, value.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            throw HTTPRefusal(.badRequest, "Content-Length is no number")
        }
        // A number too large for an Int is certainly larger than any limit.
        length = Int(String(decoding: value, as: UTF8.self)) ?? .max
    }

    private mutating func readCoding(_ value: ArraySlice<UInt8>) throws(HTTPRefusal) {
        guard !isChunked, lowercased(value) == "chunked" else {
            throw HTTPRefusal(.badRequest, "the only transfer coding understood is chunked, once")
        }
        isChunked = true
    }

    private mutating func readExpectation(_ value: ArraySlice<UInt8>) throws(HTTPRefusal) {
        guard lowercased(value) == "100-continue" else {
            throw HTTPRefusal(.expectationFailed, "the only expectation understood is 100-continue")
        }
        awaitsContinue = true
    }

    private func head(for requestLine: RequestLine) throws(HTTPRefusal) -> ReceivedRequestHead {
        let isHTTP10 = requestLine.isHTTP10
        guard hosts == 1 || isHTTP10 else { throw HTTPRefusal(.badRequest, "Host is missing") }
        guard !isChunked || length == nil else {
            throw HTTPRefusal(.badRequest, "Content-Length and Transfer-Encoding contradict each other")
        }
        guard !isChunked || !isHTTP10 else { throw HTTPRefusal(.badRequest, "HTTP/1.0 has no transfer codings") }
        let closes = connectionOptions.contains("close")
        return ReceivedRequestHead(
            method: requestLine.method,
            path: requestLine.path,
            keepsAlive: !closes && (!isHTTP10 || connectionOptions.contains("keep-alive")),
            isHTTP10: isHTTP10,
            framing: isChunked ? .chunked : .length(length ?? 0),
            awaitsContinue: awaitsContinue && !isHTTP10
        )
    }
}

private func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard let first = bytes.firstIndex(where: { !isBlank($0) }), let last = bytes.lastIndex(where: { !isBlank($0) })
    else {
        return []
    }
    return bytes[first...last]
}

private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

private func lowercased(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self).lowercased() }

/// What RFC 3986 lets a host and port be made of, without the comma, which would let two hosts pass for one.
private func isHostByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: "-._~%!$&'()*+;=:[]".utf8.contains(byte)
    }
}
