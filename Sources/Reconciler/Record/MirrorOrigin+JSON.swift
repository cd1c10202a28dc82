extension MirrorOrigin {
    /// The members of the record that it is part of.
    var members: [(String, JSON?)] {
        [
            ("upstream", .string(upstream)),
            ("platforms", platforms.isEmpty ? nil : .list(platforms.map { .string($0) })),
            ("pulls", pulls.map { .number($0) }),
            ("referrers", referrers?.json),
        ]
    }

    /// Reads the members back; nil if they are not what `members` gives.
    init?(_ json: JSON) {
        guard let upstream = json["upstream"]?.string.flatMap({ try? Digest($0) }) else { return nil }
        self.upstream = upstream
        platforms = json["platforms"]?.array?.compactMap { $0.string.flatMap { try? Platform($0) } } ?? []
        pulls = json["pulls"]?.int
        referrers = json["referrers"].flatMap { ReferrersRecord($0) }
    }
}
