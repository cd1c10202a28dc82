/// The name of one delivery, 32 hexadecimal digits; the same over all of its tries, so that a receiver can tell a repeat.
struct DeliveryID: Sendable, Hashable, CustomStringConvertible {
    let description: String

    /// A name that no other delivery has.
    init() { description = hexadecimal((0..<16).map { _ in UInt8.random(in: 0...255) }) }

    init?(_ text: String) {
        guard text.utf8.count == 32, text.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }) else {
            return nil
        }
        description = text
    }
}

/// One webhook's message about one new image, as the state file remembers it until it is delivered.
struct DeliveryRecord: Sendable, Equatable {
    enum State: Sendable, Equatable {
        case waiting(Waiting)
        /// It is not tried again; kept for a while to be shown.
        case givenUp(why: String, at: Moment)
    }

    struct Waiting: Sendable, Equatable {
        let next: Moment
        /// Whether the receiver asked not to be called before `next`.
        let isHeld: Bool
        /// Why the last try failed; nil before the first one.
        let reason: String?
    }

    let id: DeliveryID
    /// Deliveries to one URL go out in the order of their numbers.
    let number: Int
    let image: ImageID
    /// As written in `desired/`, secrets by name.
    let url: String
    /// As written in `desired/`, secrets by name.
    let headers: [String: String]
    let body: String
    let created: Moment
    /// How often it was tried to no avail.
    var tries = 0
    var state: State

    var json: JSON {
        var members: [(String, JSON?)] = [
            ("number", .number(number)), ("event", .string(image.kind.rawValue)), ("image", .string(image)),
            ("url", .string(url)),
            ("headers", JSON(members: headers.sorted { $0.key < $1.key }.map { ($0, .string($1)) })),
            ("body", .string(body)), ("created", .number(Int(created.milliseconds))), ("tries", .number(tries)),
        ]
        switch state {
        case .waiting(let waiting):
            members += [
                ("next", .number(Int(waiting.next.milliseconds))), ("held", waiting.isHeld ? true : nil),
                ("reason", waiting.reason.map { .string($0) }),
            ]
        case .givenUp(let why, let at):
            members += [("gaveUp", .number(Int(at.milliseconds))), ("reason", .string(why))]
        }
        return JSON(members: members)
    }
}

extension DeliveryRecord {
    /// Reads back what `json` writes; nil for anything else.
    init?(_ json: JSON, id: DeliveryID) {
        guard let number = json["number"]?.int, let kind = json["event"]?.string.flatMap(ImageID.Kind.init(rawValue:)),
            let image = json["image"]?.string, let url = json["url"]?.string, let headers = json["headers"]?.members,
            let body = json["body"]?.string, let created = json["created"]?.int, let tries = json["tries"]?.int,
            let state = State(json)
        else { return nil }
        self.init(
            id: id,
            number: number,
            image: ImageID(kind: kind, description: image),
            url: url,
            headers: Dictionary(headers.map { ($0.key, $0.value.string ?? "") }) { $1 },
            body: body,
            created: Moment(milliseconds: Int64(created)),
            tries: max(0, tries),
            state: state
        )
    }

    var isWaiting: Bool { if case .waiting = state { true } else { false } }
}

extension DeliveryRecord.State {
    fileprivate init?(_ json: JSON) {
        let reason = json["reason"]?.string
        if let next = json["next"]?.int {
            let moment = Moment(milliseconds: Int64(next))
            self = .waiting(.init(next: moment, isHeld: json["held"]?.bool ?? false, reason: reason))
        } else if let at = json["gaveUp"]?.int, let reason {
            self = .givenUp(why: reason, at: Moment(milliseconds: Int64(at)))
        } else {
            return nil
        }
    }
}
