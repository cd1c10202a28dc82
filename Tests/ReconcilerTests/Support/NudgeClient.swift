import CLinux
import Glibc

@testable import Reconciler

/// A peer that sends exactly the bytes it is told to; it blocks, so use it on a thread of its own.
final class NudgeClient {
    struct Answer: Equatable {
        let head: String
        let body: String

        var status: Int { Int(head.split(separator: " ").dropFirst().first ?? "") ?? 0 }
    }

    private let socket: FileDescriptor
    private var received: [UInt8] = []

    /// Connects to `port` of 127.0.0.1; reading and writing give up after 30 seconds.
    init(port: UInt16) throws {
        var found: UnsafeMutablePointer<addrinfo>?
        guard linux_resolve("127.0.0.1", String(port), &found) == 0, let address = found else {
            throw SocketFault("no address")
        }
        defer { freeaddrinfo(found) }
        let number = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { throw SocketFault("socket", code: errno) }
        socket = FileDescriptor(number)
        var limit = timeval(tv_sec: 30, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(number, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        guard connect(number, address.pointee.ai_addr, address.pointee.ai_addrlen) == 0 else {
            throw SocketFault("connect to \(port)", code: errno)
        }
    }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { linux_send(socket.number, $0.baseAddress, $0.count) }
            guard count > 0 else { throw SocketFault("send", code: errno) }
            rest = rest.dropFirst(count)
        }
    }

    /// Says that nothing more will be sent.
    func finish() { shutdown(socket.number, Int32(SHUT_WR)) }

    /// Makes the end of this client a reset, as when its machine has no memory of the connection.
    func resetsAtEnd() {
        var now = linger(l_onoff: 1, l_linger: 0)
        setsockopt(socket.number, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
    }

    /// The next answer; its body is as long as its Content-Length says, or nothing for 1xx and HEAD.
    func answer(toHEAD: Bool = false) throws -> Answer {
        let end = Array("\r\n\r\n".utf8)
        while received.firstRange(of: end) == nil {
            guard try receive() else {
                throw SocketFault("the connection ended in a head: \(String(decoding: received, as: UTF8.self))")
            }
        }
        guard let range = received.firstRange(of: end) else { throw SocketFault("no head") }
        let head = String(decoding: received[..<range.lowerBound], as: UTF8.self)
        received.removeFirst(range.upperBound)
        let length = head.firstMatch(of: /Content-Length: (\d+)/).flatMap { Int($0.1) } ?? 0
        let count = toHEAD ? 0 : length
        while received.count < count {
            guard try receive() else { throw SocketFault("the connection ended in a body") }
        }
        defer { received.removeFirst(count) }
        return Answer(head: head, body: String(decoding: received.prefix(count), as: UTF8.self))
    }

    /// Everything until the server closes.
    func readToEnd() throws -> String {
        while try receive() {}
        defer { received = [] }
        return String(decoding: received, as: UTF8.self)
    }

    private func receive() throws -> Bool {
        var space = [UInt8](repeating: 0, count: 64 * 1_024)
        let count = recv(socket.number, &space, space.count, 0)
        guard count >= 0 else { throw SocketFault("receive", code: errno) }
        received += space.prefix(count)
        return count > 0
    }
}

/// Lets this process have as many descriptors as it may.
func raiseDescriptorLimit() {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
}
