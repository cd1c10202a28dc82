import CLinux
import Glibc

/// The listening sockets of one address; they are closed when nobody holds this any more.
struct Listeners: Sendable {
    let sockets: [FileDescriptor]
    /// The port that was bound, which the system chose if port 0 was asked for.
    let port: UInt16

    /// Listens on every address that a name stands for and this machine has.
    ///
    /// Throws if one of them is taken, or none can be had. It may wait for the name service, on a thread of its own.
    static func open(_ address: ListenAddress) async throws -> Listeners {
        try await onThread { try Listeners(address) }
    }

    private init(_ address: ListenAddress) throws(SocketFault) {
        var found: UnsafeMutablePointer<addrinfo>?
        let code = linux_resolve(address.host, String(address.port), &found)
        guard code == 0 else {
            throw SocketFault("cannot listen on \(address): \(String(cString: gai_strerror(code)))")
        }
        defer { freeaddrinfo(found) }
        var sockets: [FileDescriptor] = []
        var reason: Int32 = EADDRNOTAVAIL
        // One port chosen by the system is one socket: the same port may not be free on a second address.
        for candidate in distinct(found) where sockets.isEmpty || address.port != 0 {
            let number = linux_listen(candidate)
            let failure = errno
            if number >= 0 {
                sockets.append(FileDescriptor(number))
            } else if failure == EADDRINUSE {
                throw SocketFault("cannot listen on \(address): another program has that port", code: failure)
            } else {
                reason = failure
            }
        }
        guard let first = sockets.first, let port = UInt16(exactly: linux_bound_port(first.number)) else {
            throw SocketFault("cannot listen on \(address)", code: reason)
        }
        self.sockets = sockets
        self.port = port
    }
}

/// The addresses of a list, each once: a name can stand in the hosts file twice.
private func distinct(_ list: UnsafeMutablePointer<addrinfo>?) -> [UnsafePointer<addrinfo>] {
    var addresses: [UnsafePointer<addrinfo>] = []
    var seen: Set<[UInt8]> = []
    var next = list
    while let current = next {
        let address = UnsafeRawBufferPointer(start: current.pointee.ai_addr, count: Int(current.pointee.ai_addrlen))
        if seen.insert(Array(address)).inserted { addresses.append(UnsafePointer(current)) }
        next = current.pointee.ai_next
    }
    return addresses
}
