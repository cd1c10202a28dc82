import CCurl
import CLinux
import Glibc

/// What libcurl waits for, for `CurlLoop`: its sockets in one epoll set, its next timeout, and a bell that is rung from
/// other threads.
///
/// libcurl is told which sockets are ready (curl_multi_socket_action(3)). Left to find out for itself, it would poll each
/// one whenever anything happens on any.
final class CurlSockets {
    private let multi: UnsafeMutableRawPointer
    private let ready: FileDescriptor
    private let bell: FileDescriptor
    /// When libcurl wants to be called though nothing happens; nil if it does not.
    private var timeout: ContinuousClock.Instant?
    private var (tokens, kinds) = ([UInt64](repeating: 0, count: 128), [UInt32](repeating: 0, count: 128))

    /// Watches for `multi`, which must not be used once this is gone; nil if the system has no descriptor left.
    init?(of multi: UnsafeMutableRawPointer) {
        self.multi = multi
        (ready, bell) = (FileDescriptor(linux_poll()), FileDescriptor(linux_event()))
        guard ready.number >= 0, bell.number >= 0,
            linux_poll_add(ready.number, bell.number, UInt64(bell.number)) == 0
        else { return nil }
        curl_multi_set_callbacks(
            multi,
            Unmanaged.passUnretained(self).toOpaque(),
            { _, socket, what, context, _ in
                owner(context)?.watch(socket, for: what)
                return 0
            },
            { _, milliseconds, context in
                owner(context)?.timeout = milliseconds < 0 ? nil : .now + .milliseconds(milliseconds)
                return 0
            }
        )
    }

    /// Ends a wait that is going on, or else the next one; may be called by any thread.
    func ring() {
        var one: UInt64 = 1
        _ = write(bell.number, &one, 8)
    }

    /// Waits until something is to be done, and has libcurl do it.
    func act() {
        let count = linux_poll_wait(ready.number, &tokens, &kinds, milliseconds)
        var running: Int32 = 0
        for index in 0..<Int(max(0, count)) {
            let socket = Int32(truncatingIfNeeded: tokens[index])
            if socket == bell.number {
                var rung: UInt64 = 0
                _ = read(socket, &rung, 8)
            } else {
                curl_multi_socket_action(multi, socket, Self.bits(of: kinds[index]), &running)
            }
        }
        guard let due = timeout, due <= .now else { return }
        timeout = nil
        curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running)
    }

    /// For epoll_wait(2); -1 waits for ever.
    private var milliseconds: Int32 {
        guard let timeout else { return -1 }
        return Int32(min(max(0, ((timeout - .now).inSeconds * 1_000).rounded(.up)), 3_600_000))
    }

    /// libcurl's words for epoll's; of a mere error or hang-up it finds out for itself.
    private static func bits(of kinds: UInt32) -> Int32 {
        (kinds & EPOLLIN.rawValue != 0 ? CURL_CSELECT_IN : 0) | (kinds & EPOLLOUT.rawValue != 0 ? CURL_CSELECT_OUT : 0)
    }

    private func watch(_ socket: Int32, for what: Int32) {
        if what == CURL_POLL_REMOVE || what == CURL_POLL_NONE {
            // A child that is just being started may still have a copy of the socket, which would keep it watched.
            _ = linux_poll_remove(ready.number, socket)
        } else {
            let (reads, writes) = (what & CURL_POLL_IN != 0, what & CURL_POLL_OUT != 0)
            _ = linux_poll_set(ready.number, socket, UInt64(socket), reads, writes)
        }
    }
}

private func owner(_ context: UnsafeMutableRawPointer?) -> CurlSockets? {
    context.map { Unmanaged<CurlSockets>.fromOpaque($0).takeUnretainedValue() }
}
