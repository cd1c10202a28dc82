import Glibc
import Synchronization
import Testing

/// A server of plain HTTP/1.1 on loopback that says what a test scripts, notes every request, and fails the test on any
/// that the script does not expect; ends with its last owner.
final class FakeServer: Sendable {
    struct Request: Sendable {
        let method: String
        /// Path and query.
        let target: String
        /// Names in lower case.
        let headers: [String: String]
        let body: [UInt8]

        var line: String { method + " " + target }
    }

    enum Reply: Sendable {
        case answer(Int, [String] = [], String = "")
        /// Bytes as they are, after which the connection is closed.
        case raw(String)
        /// A head, and then the same chunk until the client has enough.
        case endless(head: String, chunk: String)
        /// Nothing, until the client goes away.
        case silence
        /// The beginning of an answer, and nothing more.
        case beginning(String)
    }

    let port: UInt16
    private let listener: Int32
    private let script: @Sendable (Request) -> Reply?
    private let state = Mutex(State())

    private struct State {
        var requests: [Request] = []
        var connections: Set<Int32> = []
        var connectionCount = 0
        var isClosed = false
    }

    /// Starts with the script of its replies, nil for a request that must not come; `readsBodies` false replies to the
    /// head alone.
    init(
        on port: UInt16 = 0,
        readsBodies: Bool = true,
        _ script: @escaping @Sendable (Request) -> Reply?
    ) throws {
        (listener, self.port) = try Loopback.listen(on: port)
        self.script = script
        let listener = listener
        inThread { [weak self] in
            while true {
                let socket = accept(listener, nil, nil)
                guard socket >= 0 else { return }
                guard let self, self.open(socket) else {
                    close(socket)
                    return
                }
                inThread { [weak self] in
                    Self.serve(Input(socket: socket, readsBodies: readsBodies)) { [weak self] in self?.reply(to: $0) }
                    if let self { self.finished(socket) } else { close(socket) }
                }
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        for socket in state.withLock({ $0.connections }) { shutdown(socket, Int32(SHUT_RDWR)) }
    }

    var requests: [Request] { state.withLock { $0.requests } }
    /// `GET /v2/…` and so on, in order.
    var lines: [String] { requests.map(\.line) }
    var connectionCount: Int { state.withLock { $0.connectionCount } }
    var address: String { "127.0.0.1:\(port)" }
    var url: String { "http://" + address }

    private func open(_ socket: Int32) -> Bool {
        state.withLock { state in
            state.connections.insert(socket)
            state.connectionCount += 1
            return !state.isClosed
        }
    }

    private func finished(_ socket: Int32) {
        state.withLock { _ = $0.connections.remove(socket) }
        close(socket)
    }

    private func reply(to request: Request) -> Reply? {
        state.withLock { $0.requests.append(request) }
        if let reply = script(request) { return reply }
        Issue.record("a request nobody expected: \(request.line)")
        return .answer(500, [], "not expected")
    }

    private static func serve(_ connection: Input, reply: (Request) -> Reply?) {
        var input = connection
        let socket = input.socket
        while let request = input.readRequest(), let reply = reply(request) {
            switch reply {
            case .answer(let status, let headers, let body):
                let length = request.method == "HEAD" ? [] : ["Content-Length: \(body.utf8.count)"]
                let head = (["HTTP/1.1 \(status) X"] + headers + length + ["", ""]).joined(separator: "\r\n")
                guard send(socket, head + (request.method == "HEAD" ? "" : body)) else { return }
            case .raw(let text):
                // Closing with unread bytes would reset the connection, and the answer could get lost.
                if send(socket, text) { shutdown(socket, Int32(SHUT_WR)) }
                return input.drain()
            case .endless(let head, let chunk):
                guard send(socket, head) else { return }
                while send(socket, chunk) {}
                return
            case .silence:
                return input.drain()
            case .beginning(let text):
                if send(socket, text) { input.drain() }
                return
            }
        }
    }

    private static func send(_ socket: Int32, _ text: String) -> Bool {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            bytes = bytes.dropFirst(count)
        }
        return true
    }
}

/// What a client sends, read request by request.
private struct Input {
    let socket: Int32
    let readsBodies: Bool
    private var buffer: [UInt8] = []

    init(socket: Int32, readsBodies: Bool) {
        self.socket = socket
        self.readsBodies = readsBodies
    }

    mutating func readRequest() -> FakeServer.Request? {
        let end = Array("\r\n\r\n".utf8)
        while buffer.firstRange(of: end) == nil { guard readMore() else { return nil } }
        guard let head = buffer.firstRange(of: end) else { return nil }
        let lines = String(decoding: buffer[..<head.lowerBound], as: UTF8.self).split(separator: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] = String((parts.count > 1 ? parts[1] : "").drop { $0 == " " })
        }
        let length = readsBodies ? headers["content-length"].flatMap(Int.init) ?? 0 : 0
        let total = head.upperBound + length
        while buffer.count < total { guard readMore() else { return nil } }
        let body = Array(buffer[head.upperBound..<total])
        buffer.removeFirst(total)
        let words = (lines.first ?? "").split(separator: " ")
        guard words.count == 3 else { return nil }
        return FakeServer.Request(method: String(words[0]), target: String(words[1]), headers: headers, body: body)
    }

    /// Reads and drops until the client goes away.
    func drain() {
        var part = [UInt8](repeating: 0, count: 64 << 10)
        while recv(socket, &part, part.count, 0) > 0 {}
    }

    private mutating func readMore() -> Bool {
        var part = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(socket, &part, part.count, 0)
        guard count > 0 else { return false }
        buffer.append(contentsOf: part[..<count])
        return true
    }
}

/// Runs `work` in a thread of its own: it blocks, which a task must not.
func inThread(_ work: @escaping @Sendable () -> Void) {
    final class Box {
        let work: @Sendable () -> Void
        init(_ work: @escaping @Sendable () -> Void) { self.work = work }
    }
    var thread = pthread_t()
    let context = Unmanaged.passRetained(Box(work)).toOpaque()
    pthread_create(
        &thread,
        nil,
        { context in
            if let context { Unmanaged<Box>.fromOpaque(context).takeRetainedValue().work() }
            return nil
        },
        context
    )
    pthread_detach(thread)
}
