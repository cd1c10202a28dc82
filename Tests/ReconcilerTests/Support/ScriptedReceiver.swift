import Synchronization

@testable import Reconciler

/// The far end of webhooks without a network: answers as a test scripts and notes every call.
final class ScriptedReceiver: Sendable {
    enum Reply: Sendable {
        case status(Int, String = "")
        case fault(HTTPError)
        /// No answer until the call is cancelled.
        case silence
    }

    struct Call: Sendable {
        let url: String
        let image: String
        let id: String
        let headers: [String: String]
        /// When it came.
        let time: Moment
    }

    private let script: @Sendable (_ call: Call, _ earlier: Int) -> Reply
    private let now: @Sendable () -> Moment
    private let state = Mutex<[Call]>([])

    /// `script` is given each call and the number of calls to the same URL before it.
    init(
        now: @escaping @Sendable () -> Moment = Moment.current,
        _ script: @escaping @Sendable (_ call: Call, _ earlier: Int) -> Reply
    ) {
        self.now = now
        self.script = script
    }

    var calls: [Call] { state.withLock { $0 } }
    /// The images in the order in which they came.
    var images: [String] { calls.map(\.image) }

    func calls(to url: String) -> [Call] { calls.filter { $0.url == url } }

    @Sendable func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        guard case .bytes(let bytes) = request.body, let body = try? JSONReader.read(bytes) else {
            throw .refused("no body")
        }
        let call = Call(
            url: request.url.description,
            image: body["image"]?.string ?? "",
            id: body["id"]?.string ?? "",
            headers: Dictionary(request.headers.map { ($0.name, $0.value) }) { $1 },
            time: now()
        )
        let earlier = state.withLock { calls in
            calls.append(call)
            return calls.count { $0.url == call.url } - 1
        }
        switch script(call, earlier) {
        case .status(let status, let headers):
            return HTTPResponse(status: status, headers: HTTPHeaders(Array(headers.utf8)), body: [])
        case .fault(let fault): throw fault
        case .silence:
            try? await Task.sleep(for: .seconds(3_600))
            throw .cancelled
        }
    }
}
