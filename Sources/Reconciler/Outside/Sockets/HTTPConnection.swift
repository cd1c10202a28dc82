/// The time of one turn of the server, for deadlines and for the `Date` of its answers.
struct HTTPMoment: Sendable {
    let now: ContinuousClock.Instant
    /// As RFC 9110 section 5.6.7 writes it.
    let date: String
}

/// One connection without its socket: bytes in, bytes out, and until when.
struct HTTPConnection {
    enum Phase: Equatable {
        /// Between requests.
        case idle
        case head
        case body
        /// The last answer is being sent.
        case finishing
        /// The last answer is sent; what still comes is dropped, so that the answer is not lost to a reset
        /// (RFC 9112 section 9.6).
        case lingering
        case over
    }

    private(set) var phase = Phase.idle
    /// When the peer will have taken too long.
    private(set) var deadline: ContinuousClock.Instant
    /// When it was accepted, or answered last.
    private(set) var restingSince: ContinuousClock.Instant
    /// What is to be sent.
    private(set) var output: [UInt8] = []
    private var parser: RequestParser
    private var peerIsDone = false
    private let limits: HTTPLimits

    /// Unsent answers beyond which no further request is read.
    private static let outputLimit = 64 * 1_024

    init(at moment: HTTPMoment, limits: HTTPLimits) {
        self.limits = limits
        parser = RequestParser(limits: limits)
        restingSince = moment.now
        deadline = moment.now + limits.headTime
    }

    var wantsToRead: Bool { output.isEmpty && phase != .over }

    /// What decides which connection is given up when there is no room: the one that ranks lowest.
    var rank: (worth: Int, restingSince: ContinuousClock.Instant) { (worth, restingSince) }

    /// One that has its last answer is worth least; one that is in the middle of a body more than one that rests or has
    /// not even sent a head.
    private var worth: Int {
        switch phase {
        case .lingering, .over: 0
        case .idle, .head, .finishing: 1
        case .body: 2
        }
    }

    mutating func receive(_ bytes: some Collection<UInt8>) {
        if phase != .lingering { parser.receive(bytes) }
    }

    /// Answers the requests that are complete; the result is what to do once the output was offered to the socket.
    mutating func answerRequests(at moment: HTTPMoment, with handler: HTTPHandler) -> [@Sendable () -> Void] {
        var afterwards: [@Sendable () -> Void] = []
        var hasAnswered = false
        while isServing, output.count < Self.outputLimit {
            guard let event = parser.next() else {
                if peerIsDone { finish(at: moment) }
                break
            }
            switch event {
            case .continueAwaited: output += "HTTP/1.1 100 Continue\r\n\r\n".utf8
            case .request(let request):
                let reply = handler(request)
                write(reply.answer, to: request.head, at: moment)
                if let work = reply.afterwards { afterwards.append(work) }
                hasAnswered = true
            case .refused(let refusal): refuse(refusal, at: moment)
            }
        }
        follow(hasAnswered: hasAnswered, at: moment)
        return afterwards
    }

    /// Takes note that the first `count` bytes of the output were sent.
    mutating func sent(_ count: Int, at moment: HTTPMoment) {
        output.removeFirst(count)
        guard output.isEmpty, phase == .finishing else { return }
        phase = peerIsDone ? .over : .lingering
        deadline = moment.now + limits.closingTime
    }

    /// Takes note that the peer will send nothing more; what it asked for before is still answered.
    mutating func peerFinished() {
        peerIsDone = true
        if phase == .lingering { phase = .over }
    }

    /// Takes note that the socket has failed.
    mutating func lose() {
        output = []
        phase = .over
    }

    /// Takes note that the deadline has passed.
    mutating func expire(at moment: HTTPMoment) {
        switch phase {
        case .head: refuse(HTTPRefusal(.requestTimeout, "the head took too long"), at: moment)
        case .body: refuse(HTTPRefusal(.requestTimeout, "the body took too long"), at: moment)
        case .idle, .finishing, .lingering, .over: phase = .over
        }
    }
}

extension HTTPConnection {
    private var isServing: Bool {
        switch phase {
        case .idle, .head, .body: true
        case .finishing, .lingering, .over: false
        }
    }

    private mutating func write(_ answer: HTTPAnswer, to head: ReceivedRequestHead, at moment: HTTPMoment) {
        let connection: HTTPAnswer.Connection =
            !head.keepsAlive ? .closes : head.isHTTP10 ? .staysOpenForHTTP10 : .staysOpen
        output += answer.text(date: moment.date, connection: connection, withBody: head.method != "HEAD").utf8
        restingSince = moment.now
        if !head.keepsAlive { finish(at: moment) }
    }

    private mutating func refuse(_ refusal: HTTPRefusal, at moment: HTTPMoment) {
        let answer = HTTPAnswer.reason(refusal.status, refusal.reason)
        output += answer.text(date: moment.date, connection: .closes, withBody: true).utf8
        finish(at: moment)
    }

    private mutating func finish(at moment: HTTPMoment) {
        phase = output.isEmpty ? .over : .finishing
        deadline = moment.now + limits.closingTime
    }

    /// Goes where the parser has gone, with the deadline that belongs there.
    private mutating func follow(hasAnswered: Bool, at moment: HTTPMoment) {
        guard isServing else { return }
        let before = phase
        switch parser.progress {
        case .none: phase = .idle
        case .head: phase = .head
        case .body: phase = .body
        }
        guard hasAnswered || phase != before else { return }
        switch phase {
        case .body: deadline = moment.now + limits.bodyTime
        case .head where hasAnswered: deadline = moment.now + limits.headTime
        // A new connection has had its time from the start.
        case .head: deadline = min(deadline, moment.now + limits.headTime)
        default: deadline = moment.now + limits.idleTime
        }
    }
}
