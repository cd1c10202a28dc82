import Glibc
import Synchronization

/// An open file descriptor, closed when told to or with its last owner.
final class FileDescriptor: Sendable {
    private let open: Atomic<Int32>

    init(_ number: Int32) { open = Atomic(number) }

    deinit { close() }

    /// The descriptor for system calls; -1 once it is closed.
    var number: Int32 { open.load(ordering: .relaxed) }

    func close() {
        let number = open.exchange(-1, ordering: .relaxed)
        if number >= 0 { Glibc.close(number) }
    }

    /// The same open file as a descriptor that is none of the standard three, which a child would have replaced.
    var aboveStandard: FileDescriptor {
        guard number < 3 else { return self }
        let moved = fcntl(number, F_DUPFD_CLOEXEC, 3)
        return moved < 0 ? self : FileDescriptor(moved)
    }
}

/// The text of an error number, strerror(3).
func errnoText(_ number: Int32 = errno) -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard strerror_r(number, &buffer, buffer.count) == 0 else { return "error \(number)" }
    return buffer.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
}
