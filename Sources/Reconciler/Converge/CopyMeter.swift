import Synchronization

/// How much of one image is copied, over all its blobs.
final class CopyMeter: Sendable {
    private struct Amounts {
        var total: Int64 = 0
        var done: [Digest: Int64] = [:]
    }

    private let amounts = Mutex(Amounts())
    private let onChange: @Sendable (_ done: Int64, _ total: Int64) -> Void

    init(onChange: @escaping @Sendable (_ done: Int64, _ total: Int64) -> Void) { self.onChange = onChange }

    /// Takes up what is to come.
    func expect(_ blobs: [BlobDescriptor]) {
        change { amounts in
            for blob in blobs where amounts.done.updateValue(0, forKey: blob.digest) == nil {
                amounts.total += blob.size
            }
        }
    }

    /// Notes how much of a blob has been sent; all of it, too, if it was there already.
    func note(_ bytes: Int64, of blob: BlobDescriptor) {
        change { $0.done[blob.digest] = min(bytes, blob.size) }
    }

    private func change(_ body: (inout Amounts) -> Void) {
        let (done, total) = amounts.withLock { amounts in
            body(&amounts)
            return (amounts.done.values.reduce(0, +), amounts.total)
        }
        onChange(done, total)
    }
}
