import CLinux
import Glibc

/// The thread of a server: waits for whatever is ready and does the little that can be done at once.
struct HTTPEventLoop {
    /// A connection with its socket.
    private final class Peer {
        let socket: FileDescriptor
        var connection: HTTPConnection
        var isReadWatched = true
        var isShut = false

        init(socket: FileDescriptor, connection: HTTPConnection) {
            self.socket = socket
            self.connection = connection
        }
    }

    private let server: HTTPServer
    private let poll: FileDescriptor
    /// Tokens are never used twice, so that a late event cannot meet another connection with the same descriptor.
    private var peers: [UInt64: Peer] = [:]
    private var nextToken: UInt64
    /// Set while the system has no descriptor left for a connection.
    private var acceptsAgainAt: ContinuousClock.Instant?
    private var date = HTTPDate()

    private static let stopToken: UInt64 = 0

    init(server: HTTPServer, stop: FileDescriptor) throws(SocketFault) {
        let number = linux_poll()
        guard number >= 0 else { throw SocketFault("cannot serve: epoll", code: errno) }
        self.server = server
        poll = FileDescriptor(number)
        nextToken = UInt64(server.listeners.sockets.count) + 1
        let watched = [stop] + server.listeners.sockets
        for (token, descriptor) in watched.enumerated() {
            guard linux_poll_add(number, descriptor.number, UInt64(token)) == 0 else {
                throw SocketFault("cannot serve: epoll", code: errno)
            }
        }
    }

    mutating func run() throws(SocketFault) {
        let space = UnsafeMutableRawBufferPointer.allocate(byteCount: 16 * 1_024, alignment: 16)
        defer { space.deallocate() }
        var tokens = [UInt64](repeating: 0, count: 128)
        while true {
            let count = linux_poll_wait(poll.number, &tokens, timeout)
            guard count >= 0 || errno == EINTR else { throw SocketFault("cannot serve: epoll", code: errno) }
            let moment = date.moment()
            let ready = tokens.prefix(Int(max(0, count)))
            if ready.contains(Self.stopToken) { return }
            for token in ready {
                if let peer = peers[token] { attend(to: peer, token: token, at: moment, space: space) }
            }
            // Last, so that a connection on which a request has come is not the one that is given up for a new one.
            for token in ready where token <= server.listeners.sockets.count {
                accept(from: server.listeners.sockets[Int(token) - 1], at: moment, space: space)
            }
            expire(at: moment)
        }
    }

    /// Milliseconds until something has to be done unasked.
    private var timeout: Int32 {
        var first = acceptsAgainAt
        for peer in peers.values { first = min(first ?? peer.connection.deadline, peer.connection.deadline) }
        guard let first else { return -1 }
        let seconds = (first - .now).inSeconds
        return Int32(min(max(0, (seconds * 1_000).rounded(.up)), 3_600_000))
    }

    private mutating func expire(at moment: HTTPMoment) {
        for (token, peer) in peers where peer.connection.deadline <= moment.now {
            peer.connection.expire(at: moment)
            send(to: peer, at: moment)
            settle(peer, token: token)
        }
        if let again = acceptsAgainAt, again <= moment.now {
            acceptsAgainAt = nil
            watchListeners(true)
        }
    }
}

extension HTTPEventLoop {
    /// Takes some of the waiting connections; others that are ready get their turn in between.
    private mutating func accept(
        from listener: FileDescriptor,
        at moment: HTTPMoment,
        space: UnsafeMutableRawBufferPointer
    ) {
        for _ in 0..<32 {
            let number = linux_accept(listener.number)
            guard number >= 0 else {
                if makesRoom(after: errno, at: moment) { continue }
                return
            }
            if peers.count >= server.limits.connections { closeLongestResting() }
            let connection = HTTPConnection(at: moment, limits: server.limits)
            let peer = Peer(socket: FileDescriptor(number), connection: connection)
            let token = nextToken
            nextToken += 1
            // The request is mostly there already; answered now, it needs no turn in which others could push it out.
            guard linux_poll_add(poll.number, number, token) == 0 else { continue }
            peers[token] = peer
            attend(to: peer, token: token, at: moment, space: space)
        }
    }

    /// Gives up the connection that has rested longest, and with it a descriptor.
    private mutating func closeLongestResting() {
        let first = peers.min { left, right in
            let ranks = (left.value.connection.rank, right.value.connection.rank)
            // Tokens grow: they tell which of two that were accepted at one moment came first.
            return ranks.0 == ranks.1 ? left.key < right.key : ranks.0 < ranks.1
        }
        if let first { drop(first.value, token: first.key) }
    }

    /// Whether a connection was given up because the system had no descriptor or memory for another.
    ///
    /// When there is none to give up, accepting rests for a second: what waits would be reported again at once, for ever.
    private mutating func makesRoom(after code: Int32, at moment: HTTPMoment) -> Bool {
        guard [EMFILE, ENFILE, ENOMEM, ENOBUFS].contains(code) else { return false }
        if peers.isEmpty {
            acceptsAgainAt = moment.now + .seconds(1)
            watchListeners(false)
            return false
        }
        closeLongestResting()
        return true
    }

    private func watchListeners(_ isWatched: Bool) {
        for (index, listener) in server.listeners.sockets.enumerated() {
            _ = linux_poll_change(poll.number, listener.number, UInt64(index) + 1, isWatched, false)
        }
    }

    /// Sends what waits, reads what is there, answers it, and only then does what the answers promised.
    private mutating func attend(
        to peer: Peer,
        token: UInt64,
        at moment: HTTPMoment,
        space: UnsafeMutableRawBufferPointer
    ) {
        send(to: peer, at: moment)
        if peer.connection.wantsToRead {
            receive(from: peer, space: space)
            answer(peer, at: moment)
        }
        settle(peer, token: token)
    }

    /// Goes on with the requests that came together as long as the peer takes the answers.
    private func answer(_ peer: Peer, at moment: HTTPMoment) {
        while peer.connection.wantsToRead {
            let afterwards = peer.connection.answerRequests(at: moment, with: server.handler)
            if peer.connection.output.isEmpty { return }
            send(to: peer, at: moment)
            for work in afterwards { work() }
        }
    }

    private func receive(from peer: Peer, space: UnsafeMutableRawBufferPointer) {
        let count = recv(peer.socket.number, space.baseAddress, space.count, 0)
        if count > 0 {
            peer.connection.receive(space[..<count])
        } else if count == 0 {
            peer.connection.peerFinished()
        } else if ![EAGAIN, EINTR].contains(errno) {
            peer.connection.lose()
        }
    }

    private func send(to peer: Peer, at moment: HTTPMoment) {
        while !peer.connection.output.isEmpty {
            let count = peer.connection.output.withUnsafeBytes {
                linux_send(peer.socket.number, $0.baseAddress, $0.count)
            }
            if count > 0 {
                peer.connection.sent(count, at: moment)
            } else if errno != EINTR {
                if errno != EAGAIN { peer.connection.lose() }
                return
            }
        }
    }

    /// Closes what is over and watches the rest for what it waits for.
    private mutating func settle(_ peer: Peer, token: UInt64) {
        let connection = peer.connection
        if connection.phase == .over { return drop(peer, token: token) }
        if connection.phase == .lingering, !peer.isShut {
            shutdown(peer.socket.number, Int32(SHUT_WR))
            peer.isShut = true
        }
        guard peer.isReadWatched != connection.wantsToRead else { return }
        peer.isReadWatched = connection.wantsToRead
        _ = linux_poll_change(
            poll.number,
            peer.socket.number,
            token,
            peer.isReadWatched,
            !peer.isReadWatched
        )
    }

    private mutating func drop(_ peer: Peer, token: UInt64) {
        // A child that is just being started may still have a copy of the socket, which would keep it watched.
        _ = linux_poll_remove(poll.number, peer.socket.number)
        peers[token] = nil
    }
}
