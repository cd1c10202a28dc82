/// A host and one kind of traffic to it, of which only so much is under way at a time.
///
/// Downloads and uploads have lanes of their own: a copy holds a download while it waits for an upload, and with one
/// common limit copies inside one registry could wait for each other for ever.
struct Lane: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case short
        case download
        case upload

        /// How many may be under way at a time.
        var limit: Int { self == .short ? 16 : 8 }
    }

    /// More connections than all lanes of a host can use, so that libcurl itself never makes a request wait.
    static let connectionsPerHost = 40

    let host: String
    let port: UInt16
    let kind: Kind

    init(_ url: HTTPURL, _ kind: Kind) {
        host = url.host
        port = url.port
        self.kind = kind
    }
}

/// The transfers of one lane: how many are under way, and who waits in order.
struct LaneQueue {
    private(set) var running = 0
    private var waiting: [CurlTransfer] = []
    private var next = 0

    mutating func enqueue(_ transfer: CurlTransfer) { waiting.append(transfer) }

    /// The next transfer that may begin, counted as under way; those that finished while waiting are passed over.
    mutating func admit(limit: Int) -> CurlTransfer? {
        while running < limit, next < waiting.count {
            let transfer = waiting[next]
            next += 1
            // What has begun is let go of, also where the queue never runs dry.
            if next * 2 >= waiting.count {
                waiting.removeFirst(next)
                next = 0
            }
            guard case .waiting = transfer.stage else { continue }
            running += 1
            return transfer
        }
        return nil
    }

    mutating func release() { running -= 1 }

    /// Those that have not begun.
    var left: ArraySlice<CurlTransfer> { waiting[next...] }

    var isIdle: Bool { running == 0 && waiting.isEmpty }
}
