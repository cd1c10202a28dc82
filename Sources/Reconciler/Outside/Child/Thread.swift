import CLinux
import Glibc

/// Runs `body` on a thread of its own with every signal blocked; false if the system has no thread to give.
///
/// A child process is watched with blocking calls, which must not occupy the few threads of the Swift runtime.
func startThread(_ body: @escaping @Sendable () -> Void) -> Bool {
    let box = Unmanaged.passRetained(Body(body))
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    pthread_attr_setstacksize(&attributes, 512 << 10)
    defer { pthread_attr_destroy(&attributes) }
    var thread = pthread_t()
    let failure = pthread_create(&thread, &attributes, runBody, box.toOpaque())
    if failure != 0 {
        errno = failure
        box.release()
    }
    return failure == 0
}

private func runBody(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    var all = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_BLOCK, &all, nil)
    Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
    return nil
}

private final class Body: Sendable {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

/// Wakes a thread that waits in poll(2).
final class Wake: Sendable {
    let descriptor: FileDescriptor

    init() throws(SpawnFault) {
        let number = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        guard number >= 0 else { throw SpawnFault(reason: "eventfd: \(errnoText())") }
        descriptor = FileDescriptor(number)
    }

    func signal() { eventfd_write(descriptor.number, 1) }
}
