import Glibc
import Synchronization

/// Sockets on 127.0.0.1, for servers of the tests.
enum Loopback {
    struct Failure: Error { let message: String }

    /// A socket that listens on `port`, by default one of the system's choice.
    static func listen(on port: UInt16 = 0) throws -> (socket: Int32, port: UInt16) {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = port.bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(socket, address, size) == 0 && Glibc.listen(socket, 128) == 0
                    && getsockname(socket, address, &size) == 0
            }
        }
        guard socket >= 0, bound else { throw Failure(message: "no port on 127.0.0.1") }
        return (socket, UInt16(bigEndian: address.sin_port))
    }

    /// A port that nobody has and nobody will be given.
    ///
    /// It lies below those that the system gives to connections (ip(7), `ip_local_port_range`), and is said only once.
    static func freePort() throws -> UInt16 {
        for _ in 0..<1_000 {
            let port = 10_000 + UInt16(next.add(1, ordering: .relaxed).oldValue % 22_000)
            guard let (socket, _) = try? listen(on: port) else { continue }
            close(socket)
            return port
        }
        throw Failure(message: "no port on 127.0.0.1")
    }

    /// Where this process begins to look; another's tests may run at the same time.
    private static let next = Atomic(UInt32.random(in: 0..<22_000))

    /// Whether somebody listens there.
    static func answers(_ port: UInt16) -> Bool {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(socket) }
        return connect(socket, to: port)
    }

    /// Connects a socket; false if nobody listens there.
    static func connect(_ socket: Int32, to port: UInt16) -> Bool {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                Glibc.connect(socket, address, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
