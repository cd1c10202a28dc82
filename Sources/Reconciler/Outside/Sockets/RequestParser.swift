/// Turns the bytes of one connection into requests; it holds no socket and knows no time.
///
/// Bytes go in through `receive`, in pieces of any size, and events come out of `next` until it has none. What it keeps
/// is bounded by one head, one kept body and what the caller has put in since the last `nil`.
struct RequestParser {
    enum Event: Equatable {
        /// The peer sends its body only after `100 Continue`.
        case continueAwaited
        case request(ReceivedRequest)
        /// The last event there will be.
        case refused(HTTPRefusal)
    }

    /// How far the request under way has come.
    enum Progress {
        /// Not a byte of it is there.
        case none
        case head
        case body
    }

    private enum State {
        case head(RequestHeadReader)
        /// Bytes of the body that are still to come.
        case sized(ReceivedRequestHead, left: Int)
        case chunkSize(ReceivedRequestHead)
        case chunk(ReceivedRequestHead, left: Int)
        case chunkEnd(ReceivedRequestHead)
        case trailer(ReceivedRequestHead)
        case refused
    }

    private let limits: HTTPLimits
    private var state = State.head(RequestHeadReader())
    private var input = LineBuffer()
    /// Bytes of head or trailer lines already taken.
    private var headBytes = 0
    private var body: [UInt8] = []
    private var bodyBytes = 0

    init(limits: HTTPLimits) { self.limits = limits }

    var progress: Progress {
        switch state {
        case .head: headBytes == 0 && input.isEmpty ? .none : .head
        case .refused: .none
        case .sized, .chunkSize, .chunk, .chunkEnd, .trailer: .body
        }
    }

    mutating func receive(_ bytes: some Collection<UInt8>) {
        if case .refused = state { return }
        input.append(bytes)
    }

    /// The next event in what was received; nil if more bytes are needed.
    mutating func next() -> Event? {
        do throws(HTTPRefusal) {
            while true {
                let (event, hasMoved) = try step()
                if let event { return event }
                if !hasMoved { return nil }
            }
        } catch {
            state = .refused
            input = LineBuffer()
            body = []
            return .refused(error)
        }
    }

    private mutating func step() throws(HTTPRefusal) -> (Event?, hasMoved: Bool) {
        switch state {
        case .head(let reader): return try readHead(reader)
        case .sized(let head, let left):
            let taken = keep(upTo: left)
            guard taken == left else {
                state = .sized(head, left: left - taken)
                return (nil, false)
            }
            return (finish(head), true)
        case .chunkSize(let head):
            guard let line = try takeChunkLine(limit: 256) else { return (nil, false) }
            return (nil, try begin(chunk: line, of: head))
        case .chunk(let head, let left):
            let taken = keep(upTo: left)
            state = taken == left ? .chunkEnd(head) : .chunk(head, left: left - taken)
            return (nil, taken == left)
        case .chunkEnd(let head):
            guard try takeChunkLine(limit: 2) != nil else { return (nil, false) }
            state = .chunkSize(head)
            return (nil, true)
        case .trailer(let head):
            guard let line = try takeHeadLine() else { return (nil, false) }
            if line.isEmpty { return (finish(head), true) }
            _ = try RequestHeadReader.split(line)
            return (nil, true)
        case .refused: return (nil, false)
        }
    }
}

extension RequestParser {
    private mutating func readHead(_ reader: RequestHeadReader) throws(HTTPRefusal) -> (Event?, hasMoved: Bool) {
        guard let line = try takeHeadLine() else { return (nil, false) }
        var reader = reader
        guard let head = try reader.read(line) else {
            state = .head(reader)
            return (nil, true)
        }
        headBytes = 0
        switch head.framing {
        case .length(let length):
            guard length <= limits.bodyBytes else { throw tooLarge }
            state = .sized(head, left: length)
            if length == 0 { return (finish(head), true) }
        case .chunked: state = .chunkSize(head)
        }
        return (head.awaitsContinue && input.isEmpty ? .continueAwaited : nil, true)
    }

    private mutating func takeHeadLine() throws(HTTPRefusal) -> ArraySlice<UInt8>? {
        let excess = headTooLarge
        guard let line = try input.takeLine(limit: limits.headBytes - headBytes, orElse: excess) else { return nil }
        headBytes += line.count + 2
        return line
    }

    private mutating func takeChunkLine(limit: Int) throws(HTTPRefusal) -> ArraySlice<UInt8>? {
        try input.takeLine(limit: limit, orElse: HTTPRefusal(.badRequest, "a chunk is longer than it says"))
    }

    /// Reads a chunk's size (RFC 9112 section 7.1); extensions after a semicolon are ignored.
    private mutating func begin(chunk line: ArraySlice<UInt8>, of head: ReceivedRequestHead) throws(HTTPRefusal) -> Bool
    {
        let digits = line.prefix { $0 != UInt8(ascii: ";") }
        guard !digits.isEmpty, digits.allSatisfy({ hexadecimalValue($0) != nil }) else {
            throw HTTPRefusal(.badRequest, "a chunk begins with no size")
        }
        let size = Int(String(decoding: digits, as: UTF8.self), radix: 16) ?? .max
        guard size <= limits.bodyBytes - bodyBytes else { throw tooLarge }
        state = size == 0 ? .trailer(head) : .chunk(head, left: size)
        return true
    }

    /// Takes up to `count` bytes of body, of which only the first are kept.
    private mutating func keep(upTo count: Int) -> Int {
        let bytes = input.take(upTo: count)
        bodyBytes += bytes.count
        body += bytes.prefix(limits.keptBodyBytes - body.count)
        return bytes.count
    }

    private mutating func finish(_ head: ReceivedRequestHead) -> Event {
        let request = ReceivedRequest(head: head, body: body)
        state = .head(RequestHeadReader())
        headBytes = 0
        body = []
        bodyBytes = 0
        return .request(request)
    }

    private var tooLarge: HTTPRefusal {
        HTTPRefusal(.contentTooLarge, "the body is larger than \(limits.bodyBytes) bytes")
    }

    private var headTooLarge: HTTPRefusal {
        if case .head(let reader) = state, !reader.hasRequestLine {
            return HTTPRefusal(.targetTooLong, "the request line is longer than \(limits.headBytes) bytes")
        }
        return HTTPRefusal(.headTooLarge, "the head is larger than \(limits.headBytes) bytes")
    }
}
