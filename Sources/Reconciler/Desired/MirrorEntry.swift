/// One entry of `mirror.json`: tags of an upstream repository and where they land.
struct MirrorEntry: Sendable, Equatable {
    /// The image as written, without tag and digest: `quay.io/prometheus/node-exporter`.
    let written: String
    /// Where it comes from; tag and digest are nil.
    let upstream: ImageReference
    /// The repository of the kept registry under which it lands.
    let landing: RepositoryName
    /// The tags that are named one by one; no rule takes them away.
    let tags: [Tag]
    /// Which tags of the upstream's list besides; nil means none, and that the list is never asked for.
    let rule: TagRule?
    /// The upstream manifest is this one, whatever the tag says there; only with a single tag.
    let digest: Digest?
    /// The platforms to copy, in order; nil means those of `--platforms`.
    let platforms: [Platform]?
    /// Whether signatures, SBOMs and attestations are copied too.
    let referrers: Bool
    /// How long a moved tag's new digest must have stood before it is copied; nil means not at all.
    let settle: Duration?
    /// How often to look upstream; nil means `--mirror-interval`.
    let every: Duration?
    let webhooks: [WebhookEntry]
    let isPaused: Bool
}

/// One tag of a mirror entry.
struct MirroredTag: Identifiable, Sendable {
    private let shared: Shared<MirrorEntry>
    let tag: Tag
    let id: ImageID
    /// The platforms to copy, in order; empty means all there are.
    let platforms: [Platform]
    /// Why the upstream's list of tags could not be had, without which nobody knows whether the tag is still meant.
    let unlisted: String?

    /// A tag of `entry`, which all tags of an entry share.
    init(entry: Shared<MirrorEntry>, tag: Tag, platforms: [Platform] = [], unlisted: String? = nil) {
        shared = entry
        self.tag = tag
        id = .mirror(entry.value.landing, tag)
        self.platforms = platforms
        self.unlisted = unlisted
    }

    var entry: MirrorEntry { shared.value }
    var destination: Destination { Destination(repository: entry.landing, tag: tag) }
    var upstream: ImageReference { entry.upstream.tagged(tag) }
}

extension MirrorEntry {
    /// The tags that are named one by one.
    var namedTags: [MirroredTag] {
        let shared = Shared(self)
        return tags.map { MirroredTag(entry: shared, tag: $0) }
    }
}
