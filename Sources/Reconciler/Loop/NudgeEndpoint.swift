/// The door through which a look can be made to come early, and through which others see whether the loop is alive.
struct NudgeEndpoint: Sendable {
    enum Health: Equatable, Sendable {
        case alive
        /// Why the loop cannot be called alive, in one line.
        case stalled(String)
    }

    /// Where nudges go; called on the endpoint's own thread, so it must not wait.
    let nudge: @Sendable (Nudge) -> Void
    /// How the loop is; called on the endpoint's own thread, so it must not wait.
    let health: @Sendable () -> Health
    let limits: HTTPLimits

    init(
        nudge: @escaping @Sendable (Nudge) -> Void,
        health: @escaping @Sendable () -> Health,
        limits: HTTPLimits = HTTPLimits()
    ) {
        self.nudge = nudge
        self.health = health
        self.limits = limits
    }

    /// The answer to one request, and the nudge it stands for as what is to be done afterwards.
    func reply(to request: ReceivedRequest) -> HTTPReply {
        switch (request.head.path, request.head.method) {
        case ("/", "POST"):
            let body = request.body
            return HTTPReply(.json(.accepted, #"{"nudged":true}"#)) { [nudge] in nudge(PushEvent.nudge(in: body)) }
        case ("/", _):
            return HTTPReply(.reason(.methodNotAllowed, "POST / makes the next look come now", allow: "POST"))
        case ("/healthz", "GET"), ("/healthz", "HEAD"):
            switch health() {
            case .alive: return HTTPReply(.json(.ok, #"{"alive":true}"#))
            case .stalled(let reason): return HTTPReply(.reason(.serviceUnavailable, reason))
            }
        case ("/healthz", _):
            return HTTPReply(
                .reason(.methodNotAllowed, "GET /healthz tells whether the loop is alive", allow: "GET, HEAD")
            )
        default: return HTTPReply(.reason(.notFound, "there is only POST / and GET /healthz"))
        }
    }
}
