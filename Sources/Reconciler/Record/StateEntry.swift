/// What a line of the state file is about.
struct StateKey: Sendable, Hashable {
    enum Subject: String, Sendable, CaseIterable {
        case image
        case push
        case failure
        case former
        case runs
        case settling
        case upstream
        case check
        case webhook
        case fetched
        case passedOver

        fileprivate var isOfImage: Bool { [.image, .push, .failure, .runs, .settling].contains(self) }
    }

    let subject: Subject
    private let kind: ImageID.Kind?
    /// An image's name, a destination for a former tag, a host for an upstream, or the id of a delivery.
    let name: String

    /// The image that the line is about; nil for what is about something else.
    var image: ImageID? { kind.map { ImageID(kind: $0, description: name) } }

    static func image(_ id: ImageID) -> StateKey { StateKey(.image, of: id) }
    /// What is about to stand under the tags of an image.
    static func push(_ id: ImageID) -> StateKey { StateKey(.push, of: id) }
    static func failure(_ id: ImageID) -> StateKey { StateKey(.failure, of: id) }
    static func former(_ tag: Destination) -> StateKey { StateKey(subject: .former, name: tag.description) }
    static func webhook(_ id: DeliveryID) -> StateKey { StateKey(subject: .webhook, name: id.description) }

    /// The git tags that the first look for a build entry found and left alone.
    static func passedOver(_ key: String) -> StateKey { StateKey(subject: .passedOver, name: key) }

    /// The commits that were fetched of the config repo.
    static let fetched = StateKey(subject: .fetched, name: "config")

    static func runs(_ id: ImageID) -> StateKey { StateKey(.runs, of: id) }
    static func settling(_ id: ImageID) -> StateKey { StateKey(.settling, of: id) }
    static func upstream(_ host: RegistryHost) -> StateKey { StateKey(subject: .upstream, name: host.description) }
    /// The last look at the images of every index that is kept.
    static let children = StateKey(subject: .check, name: "children")

    /// `image build/api:v2`, `former alpine:3.20`.
    fileprivate var text: String { "\(subject.rawValue) " + (kind.map { $0.rawValue + "/" } ?? "") + name }

    fileprivate init?(_ text: String, _ names: inout Set<String>) {
        let parts = text.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, let subject = Subject(rawValue: String(parts[0])) else { return nil }
        let path = parts[1].split(separator: "/", maxSplits: 1)
        if subject.isOfImage, path.count == 2, let kind = ImageID.Kind(rawValue: String(path[0])) {
            let name = names.insert(String(path[1])).memberAfterInsert
            self.init(subject, of: ImageID(kind: kind, description: name))
        } else {
            self.init(subject: subject, name: String(parts[1]))
        }
    }

    private init(_ subject: Subject, of image: ImageID) {
        (self.subject, kind, name) = (subject, image.kind, image.description)
    }

    private init(subject: Subject, name: String) {
        (self.subject, kind, self.name) = (subject, nil, name)
    }
}

/// What a line of the state file says; there are several to an image, so that the table of all has small places.
indirect enum StateValue: Sendable, Equatable {
    case image(ImageRecord)
    case push(PushRecord)
    case failure(FailureRecord)
    /// A tag that an image had before; the digest it was put on, and when it was left.
    case former(Digest, left: Moment)
    /// An image's last tries.
    case runs(RunHistory)
    case settling(SettlingRecord)
    case upstream(RateLimits.Standing)
    case check(at: Moment)
    case webhook(DeliveryRecord)
    /// Where the config repo's branch was when it was fetched, latest last.
    case fetched([ObjectID])
    case passedOver(PassedOver)

    fileprivate var json: JSON {
        switch self {
        case .image(let record): record.json
        case .push(let record): record.json
        case .failure(let record): record.json
        case .runs(let history): history.json
        case .webhook(let record): record.json
        case .fetched(let commits): .list(commits.map { .string($0) })
        case .passedOver(let passed): passed.json
        case .former(let digest, let left):
            JSON(members: [("digest", .string(digest)), ("left", .number(Int(left.milliseconds)))])
        case .settling(let record): record.json
        case .upstream(let standing): standing.json
        case .check(let time): JSON(members: [("at", .number(Int(time.milliseconds)))])
        }
    }

    fileprivate init?(_ json: JSON, of key: StateKey) {
        switch key.subject {
        case .fetched:
            self = .fetched((json.array ?? []).compactMap { $0.string.flatMap { try? ObjectID($0) } })
        case .passedOver:
            guard let passed = PassedOver(json) else { return nil }
            self = .passedOver(passed)
        case .image:
            guard let record = ImageRecord(json) else { return nil }
            self = .image(record)
        case .push:
            guard let record = PushRecord(json) else { return nil }
            self = .push(record)
        case .failure:
            guard let record = FailureRecord(json) else { return nil }
            self = .failure(record)
        case .runs:
            guard let history = RunHistory(json) else { return nil }
            self = .runs(history)
        case .former:
            guard let digest = json["digest"]?.string.flatMap({ try? Digest($0) }), let left = json["left"]?.int else {
                return nil
            }
            self = .former(digest, left: Moment(milliseconds: Int64(left)))
        case .settling:
            guard let record = SettlingRecord(json) else { return nil }
            self = .settling(record)
        case .upstream: self = .upstream(RateLimits.Standing(json))
        case .check:
            guard let time = json["at"]?.int else { return nil }
            self = .check(at: Moment(milliseconds: Int64(time)))
        case .webhook:
            guard let id = DeliveryID(key.name), let record = DeliveryRecord(json, id: id) else { return nil }
            self = .webhook(record)
        }
    }
}

/// One line of the state file: a value for a key, or that the key is gone.
struct StateChange: Sendable, Equatable {
    let key: StateKey
    let value: StateValue?

    static func image(_ id: ImageID, _ record: ImageRecord?) -> StateChange {
        StateChange(key: .image(id), value: record.map { .image($0) })
    }

    static func push(_ id: ImageID, _ record: PushRecord?) -> StateChange {
        StateChange(key: .push(id), value: record.map { .push($0) })
    }

    static func failure(_ id: ImageID, _ record: FailureRecord?) -> StateChange {
        StateChange(key: .failure(id), value: record.map { .failure($0) })
    }

    static func runs(_ id: ImageID, _ history: RunHistory?) -> StateChange {
        StateChange(key: .runs(id), value: history.map { .runs($0) })
    }

    static func webhook(_ record: DeliveryRecord) -> StateChange {
        StateChange(key: .webhook(record.id), value: .webhook(record))
    }

    /// The delivery is over and forgotten.
    static func webhookEnded(_ id: DeliveryID) -> StateChange { StateChange(key: .webhook(id), value: nil) }

    init(key: StateKey, value: StateValue?) {
        self.key = key
        self.value = value
    }

    /// The line, without its newline; it begins with a checksum of all that follows.
    var line: String {
        let members: [(String, JSON?)] = [("key", .string(key.text)), ("value", value?.json ?? JSON(.null))]
        return summed(JSON(members: members).compact.dropFirst())
    }

    /// Reads a line back; nil if its checksum or its content is not right.
    init?(line: some Collection<UInt8>) {
        var names: Set<String> = []
        self.init(line: line, &names)
    }

    /// Reads a line back, with a name that is among `names` taken from there.
    init?(line: some Collection<UInt8>, _ names: inout Set<String>) {
        guard hasRightSum(line), let json = try? JSONReader.read(line),
            let key = json["key"]?.string.flatMap({ StateKey($0, &names) }), let value = json["value"]
        else { return nil }
        self.key = key
        if case .null = value.value {
            self.value = nil
        } else if let read = StateValue(value, of: key) {
            self.value = read
        } else {
            return nil
        }
    }
}

/// A line of the state file: an object whose first member is the checksum of all that follows it, which is `body`.
func summed(_ body: some StringProtocol) -> String { "{\"sum\":\"\(checksum(of: body.utf8))\"," + body }

/// Whether a line begins with the checksum of what follows.
func hasRightSum(_ line: some Collection<UInt8>) -> Bool {
    let prefix = line.prefix(26)
    return prefix.starts(with: "{\"sum\":\"".utf8)
        && prefix.dropFirst(8).prefix(16).elementsEqual(checksum(of: line.dropFirst(26)).utf8)
}

/// The first sixteen hexadecimal digits of the SHA-256: enough to tell damage, which is all it is for.
private func checksum(of bytes: some Collection<UInt8>) -> String { String(sha256Hex(bytes).prefix(16)) }
