/// The tags that this program put into the registry, and those of them that nothing desires any more.
///
/// It goes by the state file alone: what somebody else pushed, and signatures (`sha256-…`), are not in it.
struct Prunable: Sendable, Equatable {
    /// A tag that nothing desires any more.
    struct Leftover: Sendable, Equatable {
        let tag: Destination
        /// The manifest that was put under it.
        let digest: Digest
        /// When it was first seen that nothing desires it; nil if no pass has seen that yet.
        let left: Moment?
    }

    /// All tags that are known, desired ones too.
    let pushed: Set<Destination>
    let leftovers: [Leftover]

    var known: Int { pushed.count }

    /// Goes by the upstreams' lists for entries that ask for tags by rule; without a list, all that match are desired.
    init(_ recorded: Recorded, desired: Desired, _ lists: [ImageReference: Observed<[Tag]>] = [:]) {
        let tags = recorded.images.flatMap { id, record in record.tags(of: id) }
        pushed = Set(recorded.formerTags.keys).union(tags)
        let listed = MirrorExpansion(of: desired, lists, recorded).tags
        leftovers = recorded.leftovers(of: desired, lists, wanted: desired.tags(recorded, listed))
    }

    /// Those that nothing has desired for at least `age`; nil, like no time at all, means all of them.
    func leftovers(olderThan age: Duration?, at now: Moment) -> [Leftover] {
        guard let age, age > .zero else { return leftovers }
        return leftovers.filter { leftover in leftover.left.map { now - $0 >= age } ?? false }
    }
}

extension Recorded {
    /// The changes that note since when nothing desires a tag, and forget that of a tag that is desired again.
    ///
    /// Every pass makes them, for nothing else can tell later when an entry was removed. The tags of former builds, which
    /// an entry keeps, lose their place with it and so count from that time too. `mirrored` is what the mirror entries
    /// stand for, where that is known.
    func departures(
        from desired: Desired,
        _ lists: [ImageReference: Observed<[Tag]>] = [:],
        mirrored: [MirroredTag]? = nil,
        at now: Moment
    ) -> [StateChange] {
        let wanted = desired.tags(self, mirrored ?? MirrorExpansion(of: desired, lists, self).tags)
        let (former, leftovers) = (formerTags, leftovers(of: desired, lists, wanted: wanted))
        let repositories = Set(leftovers.filter { $0.left == nil }.map(\.tag.repository))
        let gone = leftovers.filter { repositories.contains($0.tag.repository) }.map { leftover in
            StateChange(key: .former(leftover.tag), value: .former(leftover.digest, left: now))
        }
        let back = wanted.filter { former[$0] != nil }.sorted()
        return gone + back.map { StateChange(key: .former($0), value: nil) }
    }

    /// The tags that nothing desires any more, in order.
    ///
    /// Only of those is anything kept at hand: all tags may be many.
    fileprivate func leftovers(
        of desired: Desired,
        _ lists: [ImageReference: Observed<[Tag]>],
        wanted: Set<Destination>
    ) -> [Prunable.Leftover] {
        let former = formerTags
        let surplus = desired.surplus(of: former)
        func isLeft(_ tag: Destination) -> Bool {
            !wanted.contains(tag) && !tag.isSignature && (surplus.contains(tag) || !desired.keeps(tag, lists))
        }
        var digests = former.filter { isLeft($0.key) }.mapValues(\.digest)
        for (id, record) in images {
            for tag in record.tags(of: id) where isLeft(tag) { digests[tag] = record.digest }
        }
        return digests.map { Prunable.Leftover(tag: $0, digest: $1, left: former[$0]?.left) }
            .sorted { $0.tag < $1.tag }
    }

    /// The changes that forget a tag which is not in the registry any more, or is somebody else's now.
    func forgetting(_ tag: Destination) -> [StateChange] {
        var changes: [StateChange] = []
        if formerTags[tag] != nil { changes.append(StateChange(key: .former(tag), value: nil)) }
        for (id, record) in images where record.tags(of: id).contains(tag) {
            let rest = record.without(tag.tag)
            changes.append(.image(id, rest))
            if rest == nil, self[failure: id] != nil { changes.append(.failure(id, nil)) }
        }
        return changes
    }

    /// What is remembered of every image, desired or not.
    fileprivate var images: some Sequence<(ImageID, ImageRecord)> {
        values.lazy.compactMap { key, value in
            guard case .image(let record) = value, let id = key.image else { return nil }
            return (id, record)
        }
    }

    fileprivate var formerTags: [Destination: (digest: Digest, left: Moment)] {
        var tags: [Destination: (digest: Digest, left: Moment)] = [:]
        for case (let key, .former(let digest, let left)) in values {
            if let tag = Destination(key.name) { tags[tag] = (digest, left) }
        }
        return tags
    }
}

extension Desired {
    /// The tags that are desired by name, with those that the last build of a desired image was given and that its entry
    /// still asks for.
    fileprivate func tags(_ recorded: Recorded, _ mirrored: [MirroredTag]) -> Set<Destination> {
        var tags = Set(mirrored.lazy.filter { $0.unlisted == nil }.map(\.destination))
        for entry in builds {
            let id = ImageID.build(entry.key)
            tags.formUnion((recorded[image: id]?.tags(of: id) ?? []).filter { entry.keeps($0.tag) })
        }
        for entry in builds {
            for template in entry.tags where template.isFloating {
                if let tag = try? Tag(template.description) {
                    tags.insert(Destination(repository: entry.name, tag: tag))
                }
            }
        }
        return tags
    }

    /// The tags of former builds beyond those that their entry's `keep` has room for.
    fileprivate func surplus(of former: [Destination: (digest: Digest, left: Moment)]) -> Set<Destination> {
        var surplus: Set<Destination> = []
        for entry in builds where entry.keep != nil {
            let tags = former.filter { $0.key.repository == entry.name && entry.keeps($0.key.tag) }
            let kept = entry.kept(of: tags.map { ($0.key.tag, $0.value.left) })
            surplus.formUnion(tags.keys.filter { !kept.contains($0.tag) })
        }
        return surplus
    }

    /// Whether a tag stays though nothing names it: an entry keeps its former builds, and what a rule stands for is not
    /// known without its list.
    fileprivate func keeps(_ tag: Destination, _ lists: [ImageReference: Observed<[Tag]>]) -> Bool {
        builds.contains { $0.name == tag.repository && $0.keeps(tag.tag) }
            || mirrors.contains { entry in
                entry.landing == tag.repository && lists[entry.upstream]?.value == nil
                    && entry.rule?.matches(tag.tag) == true
            }
    }
}

extension Desired {
    /// The same with an entry for each git tag that was built and that the last pass did not miss upstream.
    func withGitTags(_ recorded: Recorded) -> Desired {
        let (former, keys) = (recorded.formerTags, recorded.builds.keys)
        var desired = self
        desired.builds = builds.flatMap { entry -> [BuildEntry] in
            let names = keys.compactMap(entry.gitTag)
            guard !names.isEmpty, !entry.isPaused else { return [entry] }
            return own(entry.instances(for: names)).filter { instance in
                let id = ImageID.build(instance.key)
                let own = (recorded[image: id]?.tags(of: id) ?? []).filter { instance.keeps($0.tag) }
                return own.isEmpty || !own.allSatisfy { former[$0] != nil }
            }
        }
        return desired
    }
}

extension BuildEntry {
    /// Whether a tag can be that of a former build, all of which are kept; of a git tag's entry only its own count.
    fileprivate func keeps(_ tag: Tag) -> Bool {
        tags.contains { !$0.isFloating && $0.canBecome(tag, of: gitTag) }
    }
}

extension ImageRecord {
    fileprivate func tags(of id: ImageID) -> [Destination] {
        guard let repository = id.repository else { return [] }
        return tags.map { Destination(repository: repository, tag: $0) }
    }

    fileprivate func without(_ tag: Tag) -> ImageRecord? {
        let rest = tags.filter { $0 != tag }
        return rest.isEmpty ? nil : ImageRecord(origin: origin, digest: digest, tags: rest, time: time, size: size)
    }
}

extension Destination {
    /// Reads `NAME:TAG`.
    fileprivate init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let repository = try? RepositoryName(String(text[..<colon])),
            let tag = try? Tag(String(text[text.index(after: colon)...]))
        else { return nil }
        self.init(repository: repository, tag: tag)
    }

    /// Whether signatures and the like stand under it, named after the image they are of.
    fileprivate var isSignature: Bool { tag.description.hasPrefix("sha256-") }
}
