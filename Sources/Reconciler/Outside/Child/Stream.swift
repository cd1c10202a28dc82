import Glibc

/// One of a child's output streams while it is read.
struct Stream {
    /// Our end of the pipe; nil once the other end is closed.
    var descriptor: FileDescriptor?
    private var buffer: CaptureBuffer
    private var lines: LineSplitter
    private let onLine: (@Sendable (String) -> Void)?

    /// `redaction` is for the lines alone; what is captured stays as it was written.
    init(_ keep: Keep, redaction: Redaction, onLine: (@Sendable (String) -> Void)?) {
        buffer = CaptureBuffer(keep)
        lines = LineSplitter(redaction: redaction)
        self.onLine = onLine
    }

    var captured: Captured { buffer.captured }

    /// Reads what is there, at most 64 KiB; returns false if there is nothing more for now.
    @discardableResult
    mutating func read() -> Bool {
        guard let descriptor else { return false }
        let count = withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 1) { space in
            let count = Glibc.read(descriptor.number, space.baseAddress, space.count)
            if count > 0 { take(UnsafeRawBufferPointer(rebasing: space[..<count])) }
            return count
        }
        if count > 0 || (count < 0 && errno == EINTR) { return true }
        if count < 0 && errno == EAGAIN { return false }
        close()
        return false
    }

    /// Reads what the child left in the pipe, but no more than a pipe can hold: another process may go on writing.
    mutating func drain() {
        for _ in 0..<16 { guard read() else { break } }
        close()
    }

    private mutating func take(_ piece: UnsafeRawBufferPointer) {
        buffer.append(piece)
        if let onLine { lines.append(piece, each: onLine) }
    }

    private mutating func close() {
        guard let descriptor else { return }
        descriptor.close()
        self.descriptor = nil
        if let onLine { lines.finish(each: onLine) }
    }
}

/// What a child is still to read from its standard input.
struct Feed {
    /// Our end of the pipe; nil once all is written or the child reads no more.
    private(set) var descriptor: FileDescriptor?
    private var rest: ArraySlice<UInt8>

    init(_ descriptor: FileDescriptor?, _ input: [UInt8]) {
        self.descriptor = descriptor
        rest = input[...]
    }

    /// Writes as much as the pipe takes; SIGPIPE is blocked on this thread, so a closed pipe is an error like others.
    mutating func write() {
        guard let descriptor else { return }
        let count = rest.withUnsafeBytes { Glibc.write(descriptor.number, $0.baseAddress, $0.count) }
        if count > 0 { rest = rest.dropFirst(count) }
        if rest.isEmpty || (count < 0 && errno != EAGAIN && errno != EINTR) {
            descriptor.close()
            self.descriptor = nil
        }
    }
}
