import CLinux
import Glibc

/// A small HTTP/1.1 server for a few short requests: one thread, no waiting on any single peer.
struct HTTPServer: Sendable {
    let listeners: Listeners
    let limits: HTTPLimits
    let handler: HTTPHandler

    /// Serves until the task is cancelled; every connection and the thread are gone when it returns.
    ///
    /// Throws if the system refuses what it takes to serve.
    func run() async throws {
        let number = linux_event()
        guard number >= 0 else { throw SocketFault("cannot serve: eventfd", code: errno) }
        let stop = FileDescriptor(number)
        try await withTaskCancellationHandler {
            try await onThread {
                var loop = try HTTPEventLoop(server: self, stop: stop)
                try loop.run()
            }
        } onCancel: {
            var one: UInt64 = 1
            write(stop.number, &one, 8)
        }
    }
}
