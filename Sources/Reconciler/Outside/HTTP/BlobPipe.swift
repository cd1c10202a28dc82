/// The bounded buffer between a download and an upload on the same loop; only the loop's thread touches it.
///
/// A full buffer pauses the download, an empty one the upload. Whoever is paused is handed to `resume`, which must not
/// call into libcurl at once: libcurl does not allow one handle to be resumed inside a callback of another.
///
/// `@unchecked Sendable` because it is built by a task and handed over to the loop's thread with its transfers.
final class BlobPipe: @unchecked Sendable {
    enum WriteOutcome {
        case written
        case full
        case overflow
    }

    enum ReadOutcome {
        case read(Int)
        case empty
        case broken(HTTPError)
    }

    /// The bytes that must come, neither more nor fewer.
    let length: Int64
    var download: CurlTransfer?
    var upload: CurlTransfer?
    var resume: ((CurlTransfer) -> Void)?
    var progress: (@Sendable (Int64) -> Void)?
    /// Told of a download that broke, after how many bytes and why: the upload then waits for another to go on from there,
    /// or for `giveUp`; without it such a break ends the upload too.
    var onBreak: (@Sendable (Break) -> Void)?

    /// Where a download broke off.
    struct Break: Sendable {
        let offset: Int64
        let why: HTTPError
    }

    private static let capacity = 1 << 20
    /// An upload begins when so much has come: what is sent in one piece wakes the server once.
    private static let beginning = 256 << 10
    private var buffer: [UInt8] = []
    private var first = 0
    private var count = 0
    private var received: Int64 = 0
    private var given: Int64 = 0
    private var isDownloadPaused = false
    /// Whether the upload is over, so that nobody takes any more bytes.
    private(set) var isClosed = false
    private var isUploadPaused = false
    /// Why the download ended before all was there.
    private var failure: HTTPError?
    /// The failure that made the upload end; nil if the upload ended by itself.
    private(set) var faultOfSource: HTTPError?

    init(length: Int64) { self.length = length }

    /// Whether all bytes have come.
    var isComplete: Bool { received == length }
    /// Whether the upload is to begin, because enough has come or no more will.
    var isReady: Bool { received >= min(length, Int64(Self.beginning)) || failure != nil }
    /// Whether the upload has taken nothing yet.
    var isUnread: Bool { given == 0 }

    func write(_ bytes: UnsafeRawBufferPointer) -> WriteOutcome {
        guard received + Int64(bytes.count) <= length else { return .overflow }
        if bytes.isEmpty { return .written }
        if buffer.isEmpty { buffer = [UInt8](repeating: 0, count: Int(min(Int64(Self.capacity), max(length, 1)))) }
        guard count + bytes.count <= buffer.count else {
            isDownloadPaused = true
            return .full
        }
        let last = (first + count) % buffer.count
        let head = min(bytes.count, buffer.count - last)
        buffer.withUnsafeMutableBytes { room in
            UnsafeMutableRawBufferPointer(rebasing: room[last..<last + head]).copyMemory(
                from: .init(rebasing: bytes[..<head])
            )
            UnsafeMutableRawBufferPointer(rebasing: room[..<(bytes.count - head)])
                .copyMemory(from: .init(rebasing: bytes[head...]))
        }
        count += bytes.count
        received += Int64(bytes.count)
        if isReady { resumeUpload() }
        return .written
    }

    func read(into room: UnsafeMutableRawBufferPointer) -> ReadOutcome {
        if let failure {
            faultOfSource = failure
            return .broken(failure)
        }
        guard count > 0 else {
            guard !isComplete else { return .read(0) }
            isUploadPaused = true
            return .empty
        }
        let taken = min(room.count, count, buffer.count - first)
        buffer.withUnsafeBytes { room.copyMemory(from: .init(rebasing: $0[first..<first + taken])) }
        first = (first + taken) % buffer.count
        count -= taken
        given += Int64(taken)
        progress?(given)
        if isDownloadPaused, count <= buffer.count / 2, let download {
            isDownloadPaused = false
            resume?(download)
        }
        return .read(taken)
    }

    /// Says that no more bytes will come; `why` it ended, nil if the server was done.
    func downloadEnded(_ why: HTTPError?) {
        (download, isDownloadPaused) = (nil, false)
        guard !isComplete else { return }
        let why = why ?? .broken("the answer ended after \(received) of \(length) bytes")
        guard why.isTransient, let onBreak else { return giveUp(why) }
        onBreak(Break(offset: received, why: why))
    }

    /// Ends the upload, because no more bytes will come.
    func giveUp(_ why: HTTPError) {
        guard !isComplete, failure == nil else { return }
        failure = why
        resumeUpload()
    }

    /// Has the upload wait until it is to begin.
    func hold(_ transfer: CurlTransfer) { (upload, isUploadPaused) = (transfer, true) }

    /// Takes note that the upload is over.
    func close() { (upload, onBreak, isClosed) = (nil, nil, true) }

    private func resumeUpload() {
        guard isUploadPaused, let upload else { return }
        isUploadPaused = false
        resume?(upload)
    }
}
