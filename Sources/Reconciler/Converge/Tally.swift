import Synchronization

/// What one copy sent: how many blobs, and their bytes.
final class Tally: Sendable, CustomStringConvertible {
    private let sent = Mutex((blobs: 0, bytes: Int64(0)))

    @Sendable func add(_ bytes: Int64) {
        sent.withLock { sent in
            sent.blobs += 1
            sent.bytes += bytes
        }
    }

    /// `3 blobs 3.4 MB`.
    var description: String {
        let (blobs, bytes) = sent.withLock { $0 }
        return "\(blobs) \(blobs == 1 ? "blob" : "blobs") \(ByteCount(bytes: bytes))"
    }
}
