import Testing

@testable import Reconciler

struct LaneTests {
    @Test func `a queue that never runs dry holds nothing that has begun`() throws {
        struct Weak { weak var transfer: CurlTransfer? }
        var queue = LaneQueue()
        var transfers: [Weak] = []
        let url = try HTTPURL("http://127.0.0.1:1/")
        func enqueue() {
            let transfer = CurlTransfer(HTTPRequest(.get, url))
            transfer.stage = .waiting
            transfers.append(Weak(transfer: transfer))
            queue.enqueue(transfer)
        }
        for _ in 0..<40 { enqueue() }
        for _ in 0..<1_000 {
            enqueue()
            #expect(queue.admit(limit: 1) != nil)
            queue.release()
        }
        let left = transfers.count { $0.transfer != nil }
        #expect(left <= 2 * queue.left.count && queue.left.count == 40, "\(left)")
    }
}
