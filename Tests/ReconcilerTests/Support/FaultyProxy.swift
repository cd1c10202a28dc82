import Glibc
import Synchronization

@testable import Reconciler

/// Stands in front of a real server of plain HTTP/1.1 and spoils its answers, as long as a test wants; ends with its last
/// owner.
final class FaultyProxy: Sendable {
    enum Fault: Sendable, Equatable {
        /// The connection is reset before, or in the middle of, the answer.
        case reset, resetInside
        /// No answer comes at all.
        case silence
        /// The body ends early, or is longer than was said, or its length is said wrongly.
        case truncated, overlong, wrongLength
        /// One bit of the body is another.
        case flipped
        /// Another answer altogether; header lines besides.
        case instead(Int, [String] = [])
        /// What comes is no HTTP.
        case garbage
    }

    let port: UInt16
    private let target: UInt16
    private let listener: Int32
    private let fault = Mutex<Fault?>(nil)

    init(before target: UInt16) throws {
        (listener, port) = try Loopback.listen()
        self.target = target
        let listener = listener
        inThread { [weak self] in
            while true {
                let socket = accept(listener, nil, nil)
                guard socket >= 0 else { return }
                inThread { [weak self] in
                    self?.serve(socket)
                    close(socket)
                }
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    var host: String { "127.0.0.1:\(port)" }

    /// Spoils every answer from now on; nil ends it.
    func spoil(_ fault: Fault?) { self.fault.withLock { $0 = fault } }

    private func serve(_ socket: Int32) {
        guard let request = readRequest(socket) else { return }
        let fault = fault.withLock(\.self)
        switch fault {
        case .reset: return reset(socket)
        case .silence:
            var byte: UInt8 = 0
            _ = recv(socket, &byte, 1, 0)
        case .garbage: send(socket, Array("\u{1}\u{2}SSH-2.0-nothing of yours\r\n\r\n".utf8))
        case .instead(let status, let lines):
            let head = ["HTTP/1.1 \(status) X", "Content-Length: 4", "Connection: close"] + lines + ["", "oops"]
            send(socket, Array(head.joined(separator: "\r\n").utf8))
        case .resetInside:
            let answer = forward(request)
            send(socket, Array(answer.prefix(max(1, answer.count - 2))))
            reset(socket)
        case nil, .truncated, .overlong, .wrongLength, .flipped: send(socket, spoilt(forward(request), fault))
        }
    }

    /// The whole answer of the real server.
    private func forward(_ request: [UInt8]) -> [UInt8] {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(socket) }
        guard Loopback.connect(socket, to: target) else { return [] }
        send(socket, request)
        return readAll(socket)
    }
}

extension FaultyProxy {
    private func spoilt(_ answer: [UInt8], _ fault: Fault?) -> [UInt8] {
        guard let head = answer.firstRange(of: Array("\r\n\r\n".utf8)) else { return answer }
        var (lines, body) = (Array(answer[..<head.upperBound]), Array(answer[head.upperBound...]))
        switch fault {
        case .truncated: body.removeLast(min(2, body.count))
        case .overlong: body += Array("and something more".utf8)
        case .wrongLength:
            let text = String(decoding: lines, as: UTF8.self)
            lines = Array(text.replacing("Content-Length: ", with: "Content-Length: 1").utf8)
        case .flipped where !body.isEmpty: body[body.count / 2] ^= 1
        default: break
        }
        return lines + body
    }

    /// One request, told to be the last on its connection.
    private func readRequest(_ socket: Int32) -> [UInt8]? {
        var bytes: [UInt8] = []
        let end = Array("\r\n\r\n".utf8)
        while bytes.firstRange(of: end) == nil { guard readMore(socket, &bytes) else { return nil } }
        guard let head = bytes.firstRange(of: end) else { return nil }
        let lines = String(decoding: bytes[..<head.lowerBound], as: UTF8.self).components("\r\n")
        let length =
            lines.first { $0.lowercased().hasPrefix("content-length:") }
            .flatMap { Int($0.drop { !$0.isNumber }) } ?? 0
        while bytes.count < head.upperBound + length { guard readMore(socket, &bytes) else { return nil } }
        let kept = lines.filter { !$0.lowercased().hasPrefix("connection:") } + ["Connection: close"]
        return Array((kept.joined(separator: "\r\n") + "\r\n\r\n").utf8) + bytes[head.upperBound...]
    }

    private func readAll(_ socket: Int32) -> [UInt8] {
        var bytes: [UInt8] = []
        while readMore(socket, &bytes) {}
        return bytes
    }

    private func readMore(_ socket: Int32, _ bytes: inout [UInt8]) -> Bool {
        var part = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(socket, &part, part.count, 0)
        guard count > 0 else { return false }
        bytes += part[..<count]
        return true
    }

    private func send(_ socket: Int32, _ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// Closing with a linger time of zero sends RST (socket(7), SO_LINGER).
    private func reset(_ socket: Int32) {
        var now = linger(l_onoff: 1, l_linger: 0)
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
    }
}

extension String {
    fileprivate func components(_ separator: String) -> [String] {
        split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }
}
