/// What came of one try to deliver.
enum DeliveryAnswer: Sendable, Equatable {
    /// The receiver's status, and how long it asks to be left alone.
    case status(Int, retryAfter: Duration?)
    /// No answer came, or the request could not be made for now.
    case unanswered(String)
    /// The request is against the rules, and will be.
    case refused(String)
}

/// What happens to a delivery after a try.
enum DeliveryFate: Sendable, Equatable {
    case delivered
    /// It is tried again after this; `isHeld` if the receiver asked for the pause.
    case again(after: Duration, isHeld: Bool, reason: String)
    case givenUp(String)

    /// How long a delivery is tried.
    static let day = Duration.seconds(86_400)

    /// Judges an answer (spec: 2xx is success; 408, 429, 5xx and network errors are tried again for a day).
    ///
    /// - Parameters:
    ///   - answer: what came of the try.
    ///   - tries: failed tries before this one.
    ///   - age: since the image changed; at the end of the day comes one last try.
    ///   - jitter: from 0 to 1, spreads the pauses by a fifth to either side.
    init(after answer: DeliveryAnswer, tries: Int, age: Duration, jitter: Double) {
        let reason: String
        var asked: Duration?
        switch answer {
        case .refused(let why):
            self = .givenUp(why)
            return
        case .unanswered(let why):
            reason = why
        case .status(200..<300, _):
            self = .delivered
            return
        case .status(let status, let after) where status == 408 || status == 429 || (500..<600).contains(status):
            reason = "answered \(status)"
            asked = after
        case .status(let status, _):
            self = .givenUp("answered \(status)")
            return
        }
        let rest = Self.day - age
        guard rest > .zero else {
            self = .givenUp("\(reason), and a day is over")
            return
        }
        let own = Self.pause(after: tries + 1, jitter: jitter)
        // A receiver may ask for less than the usual pause, but over and over for no less than a minute.
        let pause = asked.map { max($0, min(own, .seconds(60))) } ?? own
        self = .again(after: min(pause, rest), isHeld: asked.map { $0 > own } ?? false, reason: reason)
    }

    /// The pause after so many failed tries: from a second to an hour.
    static func pause(after tries: Int, jitter: Double) -> Duration {
        let seconds = [1, 2, 5, 15, 60, 300, 900, 1_800]
        let usual = Double(tries <= seconds.count ? seconds[max(0, tries - 1)] : 3_600)
        return min(.milliseconds(Int(usual * 1_000 * (0.8 + 0.4 * jitter))), .seconds(3_600))
    }
}
