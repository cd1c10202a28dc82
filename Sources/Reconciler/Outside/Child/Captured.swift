/// The part of a stream that was kept.
struct Captured: Sendable, Equatable {
    let bytes: [UInt8]
    /// How many bytes of the stream are not in `bytes`.
    let dropped: Int

    /// The bytes as text; what is no UTF-8 is mended.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The lines without their ends, which are CRLF where ssh(1) writes them; empty ones are left out.
    var lines: [Substring] { text.split { $0 == "\n" || $0 == "\r\n" } }
}

/// Which end of a stream is kept, and how many bytes of it.
enum Keep: Sendable {
    case first(Int)
    case last(Int)
}

/// Takes a stream piece by piece and keeps one end of it, in memory bounded by twice that.
struct CaptureBuffer {
    private let keep: Keep
    private var bytes: [UInt8] = []
    private var seen = 0

    init(_ keep: Keep) { self.keep = keep }

    mutating func append(_ piece: UnsafeRawBufferPointer) {
        seen += piece.count
        switch keep {
        case .first(let limit):
            bytes.append(contentsOf: piece.prefix(max(0, limit - bytes.count)))
        case .last(let limit):
            bytes.append(contentsOf: piece.suffix(limit))
            if bytes.count > 2 * limit { bytes.removeFirst(bytes.count - limit) }
        }
    }

    var captured: Captured {
        guard case .last(let limit) = keep else { return Captured(bytes: bytes, dropped: seen - bytes.count) }
        let kept = Array(bytes.suffix(limit))
        return Captured(bytes: kept, dropped: seen - kept.count)
    }
}
