import Synchronization

/// Somebody who is told of new images: a server that takes what webhooks send.
final class DemoReceiver: Sendable {
    let port: UInt16
    private let messages: Messages
    private let serving: Task<Void, any Error>

    private final class Messages: Sendable {
        let all = Mutex<[JSON]>([])

        func reply(to request: ReceivedRequest) -> HTTPReply {
            guard request.head.method == "PUT", let json = try? JSONReader.read(request.body) else {
                return HTTPReply(.reason(.methodNotAllowed, "PUT tells of a new image", allow: "PUT"))
            }
            all.withLock { $0.append(json) }
            return HTTPReply(.json(.ok, "{}"))
        }
    }

    init() async throws {
        let (listeners, messages) = (try await Listeners.open(ListenAddress(host: "127.0.0.1", port: 0)), Messages())
        port = listeners.port
        self.messages = messages
        serving = Task {
            try await HTTPServer(listeners: listeners, limits: HTTPLimits(), handler: messages.reply).run()
        }
    }

    /// The message that tells of `image` with that digest; nil if none has come yet.
    func message(of image: String, _ digest: Digest) -> JSON? {
        messages.all.withLock { messages in
            messages.first { $0["image"]?.string == image && $0["digest"]?.string == digest.description }
        }
    }

    func stop() async {
        serving.cancel()
        _ = await serving.result
    }
}
