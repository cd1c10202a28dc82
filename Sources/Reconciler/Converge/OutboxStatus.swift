/// What waits for delivery and what was given up, for people.
struct OutboxStatus: Sendable, Equatable {
    struct Pending: Sendable, Equatable {
        /// Without secrets.
        let url: String
        let image: ImageID
        let since: Moment
        let tries: Int
        let nextTry: Moment
        /// Why the last try failed; nil before the first one.
        let reason: String?
    }

    struct GivenUp: Sendable, Equatable {
        /// Without secrets.
        let url: String
        let image: ImageID
        let since: Moment
        let at: Moment
        let tries: Int
        let why: String
    }

    private(set) var pending: [Pending] = []
    private(set) var givenUp: [GivenUp] = []

    /// Reads the records as the state file has them; one behind another of its URL is not tried before that.
    init(_ deliveries: [DeliveryRecord]) {
        var firstTry: [String: Moment] = [:]
        for delivery in deliveries.sorted(by: { $0.number < $1.number }) {
            switch delivery.state {
            case .waiting(let waiting):
                let next = max(waiting.next, firstTry[delivery.url] ?? waiting.next)
                firstTry[delivery.url] = next
                pending.append(
                    Pending(
                        url: delivery.shownURL,
                        image: delivery.image,
                        since: delivery.created,
                        tries: delivery.tries,
                        nextTry: next,
                        reason: waiting.reason
                    )
                )
            case .givenUp(let why, let at):
                givenUp.append(
                    GivenUp(
                        url: delivery.shownURL,
                        image: delivery.image,
                        since: delivery.created,
                        at: at,
                        tries: delivery.tries,
                        why: why
                    )
                )
            }
        }
    }
}

extension [DeliveryRecord] {
    /// The given-up ones that need not be shown any longer: all but the last fifty, and those older than seven days.
    func outdated(at now: Moment) -> [DeliveryRecord] {
        let ended = compactMap { record -> (record: DeliveryRecord, at: Moment)? in
            guard case .givenUp(_, let at) = record.state else { return nil }
            return (record, at)
        }
        let newest = ended.sorted { ($0.at, $0.record.number) > ($1.at, $1.record.number) }
        return newest.enumerated().filter { $0.offset >= 50 || now - $0.element.at > .seconds(7 * 86_400) }
            .map(\.element.record)
    }
}
