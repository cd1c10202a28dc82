/// What is remembered of a moved tag's new digest while it settles.
struct SettlingRecord: Sendable, Equatable {
    let digest: Digest
    /// When it was first seen.
    let since: Moment

    var json: JSON { JSON(members: [("digest", .string(digest)), ("since", .number(Int(since.milliseconds)))]) }

    init(digest: Digest, since: Moment) {
        self.digest = digest
        self.since = since
    }

    /// Reads back what `json` writes; nil for anything else.
    init?(_ json: JSON) {
        guard let digest = json["digest"]?.string.flatMap({ try? Digest($0) }), let since = json["since"]?.int else {
            return nil
        }
        self.init(digest: digest, since: Moment(milliseconds: Int64(since)))
    }
}

extension RateLimits.Standing {
    var json: JSON {
        func time(_ moment: Moment?) -> JSON? { moment.map { .number(Int($0.milliseconds)) } }
        return JSON(members: [
            ("quiet", time(quietUntil)), ("remaining", remaining.map { .number($0) }),
            ("limit", limit.map { .number($0) }),
            ("window", time(windowEnd)), ("rejected", rejected.map { .string($0) }),
        ])
    }

    /// Reads back what `json` writes.
    init(_ json: JSON) {
        func time(_ key: String) -> Moment? { json[key]?.int.map { Moment(milliseconds: Int64($0)) } }
        self.init(
            quietUntil: time("quiet"),
            remaining: json["remaining"]?.int,
            limit: json["limit"]?.int,
            windowEnd: time("window"),
            rejected: json["rejected"]?.string.flatMap { CredentialMark($0) }
        )
    }
}

extension Recorded {
    /// What upstreams have said since the last time.
    func changes(of standings: [RegistryHost: RateLimits.Standing]) -> [StateChange] {
        standings.compactMap { host, standing in
            let key = StateKey.upstream(host)
            return values[key] == .upstream(standing) ? nil : StateChange(key: key, value: .upstream(standing))
        }
    }
}
