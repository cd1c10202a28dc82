import CLinux
import Glibc
import Synchronization

/// Where the handler writes; a handler can be given nothing (signal-safety(7) allows it write(2)).
private let signalPipe = Atomic<Int32>(-1)

private func passOn(_ number: Int32) {
    let before = errno
    var byte = UInt8(truncatingIfNeeded: number)
    _ = write(signalPipe.load(ordering: .relaxed), &byte, 1)
    errno = before
}

/// The signals that steer the program: SIGTERM and SIGINT end it, SIGHUP makes it look at everything.
struct Signals: Sendable {
    enum Order: Sendable {
        case stop
        case lookAtEverything
    }

    /// What was asked for, as it comes.
    let orders: AsyncStream<Order>

    /// Takes the signals over.
    ///
    /// A handler hands each on through a pipe: blocking them to wait for them would need every thread's help, and the
    /// runtime's own are older than `main`.
    init() {
        signal(SIGPIPE, SIG_IGN)
        let (stream, continuation) = AsyncStream.makeStream(of: Order.self)
        orders = stream
        var ends: [Int32] = [-1, -1]
        guard linux_pipe(&ends) == 0 else { return }
        signalPipe.store(ends[1], ordering: .sequentiallyConsistent)
        let reading = FileDescriptor(ends[0])
        _ = startThread {
            var number: UInt8 = 0
            while true {
                let count = read(reading.number, &number, 1)
                if count < 0, errno == EINTR { continue }
                guard count == 1 else { return }
                // Not by a task: the threads of tasks may be what hangs.
                if Int32(number) != SIGHUP { LastResort.arm(status: ExitStatus.failed.rawValue) }
                continuation.yield(Int32(number) == SIGHUP ? .lookAtEverything : .stop)
            }
        }
        for number in [SIGTERM, SIGINT, SIGHUP] { signal(number, passOn) }
    }

    /// Runs `body`, and cancels it at the first order to stop.
    func untilStopped<Value: Sendable>(
        onLookAtEverything: @escaping @Sendable () -> Void = {},
        _ body: @escaping @Sendable () async -> Value
    ) async -> Value {
        let work = Task { await body() }
        let watch = Task {
            for await order in orders {
                switch order {
                case .stop: work.cancel()
                case .lookAtEverything: onLookAtEverything()
                }
            }
        }
        defer { watch.cancel() }
        return await work.value
    }
}
