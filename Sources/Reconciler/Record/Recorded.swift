/// All that the state file says, in memory.
struct Recorded: Sendable, Equatable {
    private(set) var values: [StateKey: StateValue] = [:]

    mutating func apply(_ change: StateChange) { values[change.key] = change.value }

    /// What was last done for an image.
    subscript(image id: ImageID) -> ImageRecord? {
        guard case .image(let record) = values[.image(id)] else { return nil }
        return record
    }

    /// What was about to stand under an image's tags when the program was last heard of; nil if that came to its end.
    subscript(push id: ImageID) -> PushRecord? {
        guard case .push(let record) = values[.push(id)] else { return nil }
        return record
    }

    /// What each image was last built from, by its key.
    var builds: [String: BuildOrigin] {
        var builds: [String: BuildOrigin] = [:]
        for (key, value) in values {
            guard let image = key.image, image.kind == .build, case .image(let record) = value,
                case .build(let origin) = record.origin
            else { continue }
            builds[image.description] = origin
        }
        return builds
    }

    /// The new digest of a moved tag that has yet to settle.
    subscript(settling id: ImageID) -> SettlingRecord? {
        guard case .settling(let record) = values[.settling(id)] else { return nil }
        return record
    }

    /// How each upstream stood when it last said something.
    var upstreams: [RegistryHost: RateLimits.Standing] {
        var standings: [RegistryHost: RateLimits.Standing] = [:]
        for (key, value) in values {
            guard case .upstream(let standing) = value, let host = try? RegistryHost(key.name) else { continue }
            standings[host] = standing
        }
        return standings
    }

    /// When the images of every index were last looked at.
    var childrenChecked: Moment? {
        guard case .check(let time) = values[.children] else { return nil }
        return time
    }

    /// The tags that mirrored images in `repository` are remembered under.
    func mirroredTags(in repository: RepositoryName) -> [Tag] {
        let prefix = "\(repository):"
        return values.flatMap { key, value -> [Tag] in
            guard key.subject == .image, let image = key.image, image.kind == .mirror,
                image.description.hasPrefix(prefix),
                case .image(let record) = value
            else { return [] }
            return record.tags
        }
    }

    /// Why the last try for an image failed; nil if it did not.
    subscript(failure id: ImageID) -> FailureRecord? {
        guard case .failure(let record) = values[.failure(id)] else { return nil }
        return record
    }

    /// The last tries for an image; empty if there was none.
    subscript(runs id: ImageID) -> RunHistory {
        guard case .runs(let history) = values[.runs(id)] else { return RunHistory() }
        return history
    }

    /// A webhook's message that is not delivered yet, or was given up.
    subscript(webhook id: DeliveryID) -> DeliveryRecord? {
        guard case .webhook(let record) = values[.webhook(id)] else { return nil }
        return record
    }

    /// The git tags that the first look for a build entry left alone; nil before there was one.
    subscript(passedOver key: String) -> PassedOver? {
        guard case .passedOver(let passed) = values[.passedOver(key)] else { return nil }
        return passed
    }

    /// The keys of builds of which anything is remembered: what they gave, or why they failed.
    var buildKeys: [String] {
        values.keys.compactMap { key in
            guard [.image, .failure, .push].contains(key.subject), let image = key.image, image.kind == .build else {
                return nil
            }
            return image.description
        }
    }

    /// All messages of webhooks that are not delivered, in order.
    var deliveries: [DeliveryRecord] {
        let records = values.values.compactMap { value -> DeliveryRecord? in
            guard case .webhook(let record) = value else { return nil }
            return record
        }
        return records.sorted { $0.number < $1.number }
    }

    /// Whether the config repo's branch was at that commit at one of the last fetches.
    func wasFetched(_ commit: ObjectID) -> Bool { fetched.contains(commit) }

    /// The change that remembers where the config repo's branch is; the last fifty places are enough to tell a commit
    /// made here from one that a rewritten branch has left.
    func remembering(fetched commit: ObjectID) -> StateChange {
        StateChange(key: .fetched, value: .fetched((fetched + [commit]).suffix(50)))
    }

    private var fetched: [ObjectID] {
        guard case .fetched(let commits) = values[.fetched] else { return [] }
        return commits
    }
}
