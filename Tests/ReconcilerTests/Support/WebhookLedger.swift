import Synchronization

@testable import Reconciler

/// A receiver of webhooks that writes down everything it accepts.
final class WebhookLedger: Sendable {
    /// One delivery that was answered with 204.
    struct Accepted: Sendable, Hashable {
        let id: String
        /// `NAME:TAG`.
        let image: String
        let digest: String
    }

    private let accepted: Pages
    private let server: FakeServer

    private final class Pages: Sendable {
        let all = Mutex<[Accepted]>([])
    }

    init() throws {
        let pages = Pages()
        accepted = pages
        server = try FakeServer { request in
            guard request.method == "PUT", let body = try? JSONReader.read(request.body), let id = body["id"]?.string,
                let image = body["image"]?.string, let tag = body["tags"]?.array?.first?.string,
                let digest = body["digest"]?.string
            else { return nil }
            pages.all.withLock { $0.append(Accepted(id: id, image: "\(image):\(tag)", digest: digest)) }
            return .answer(204)
        }
    }

    var url: String { server.url + "/" }
    /// In the order in which they came.
    var all: [Accepted] { accepted.all.withLock(\.self) }
}
