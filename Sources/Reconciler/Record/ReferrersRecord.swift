/// The signatures, SBOMs and attestations that were copied with an image.
struct ReferrersRecord: Sendable, Equatable {
    /// The manifests whose referrers they are.
    let subjects: [Digest]
    /// Stands for all that there were upstream.
    let fingerprint: Digest
    /// What was copied and listed, by the manifest that it points to.
    var listed: [Digest: [Digest]] = [:]
    /// What was copied under cosign's tags.
    var tagged: [Tag: Digest] = [:]
    /// What the upstream lists and does not have; it is not asked for again until the upstream lists something else.
    var dangling: [Digest] = []
}

extension ReferrersRecord {
    var json: JSON {
        let lists = listed.sorted { $0.key.description < $1.key.description }.map { subject, referrers in
            (subject.description, JSON.list(referrers.map { .string($0) }) as JSON?)
        }
        let tags = tagged.sorted { $0.key < $1.key }.map { ($0.description, JSON.string($1) as JSON?) }
        return JSON(members: [
            ("of", .list(subjects.map { .string($0) })), ("seen", .string(fingerprint)),
            ("listed", lists.isEmpty ? nil : JSON(members: lists)),
            ("tagged", tags.isEmpty ? nil : JSON(members: tags)),
            ("dangling", dangling.isEmpty ? nil : .list(dangling.map { .string($0) })),
        ])
    }

    /// Reads back what `json` writes.
    init?(_ json: JSON) {
        guard let seen = json["seen"]?.digest else { return nil }
        subjects = json["of"]?.digests ?? []
        fingerprint = seen
        for member in json["listed"]?.members ?? [] {
            if let subject = try? Digest(member.key) { listed[subject] = member.value.digests }
        }
        for member in json["tagged"]?.members ?? [] {
            if let tag = try? Tag(member.key), let digest = member.value.digest { tagged[tag] = digest }
        }
        dangling = json["dangling"]?.digests ?? []
    }
}

extension JSON {
    fileprivate var digest: Digest? { string.flatMap { try? Digest($0) } }
    fileprivate var digests: [Digest] { array?.compactMap(\.digest) ?? [] }
}
