/// Looks at what registries hold: the kept one and those that are mirrored.
struct RegistryLooks: Sendable {
    let client: RegistryClient
    let host: RegistryHost
    let now: Moment
    /// Tells which looks are to be made now; what is left out keeps what an earlier look found.
    let isDue: @Sendable (Look) -> Bool
    var patience = LookPatience()
    var watch = LookWatch()
    /// Whether what is found to be new is copied next.
    var copiesFollow = false

    /// Questions under way at a time; the client bounds them for each host besides.
    static let width = 64

    /// What stands under the names of images that others keep: one `HEAD` each.
    func look(at bases: Set<ImageReference>) async -> [ImageReference: Observed<Digest>] {
        let looks = await sideBySide(Array(bases), atMost: Self.width) { ($0, await upstreamDigest($0)) }
        return Dictionary(looks) { first, _ in first }
    }

    /// What stands under the tags of built images, and what the labels of those say that nothing is remembered of.
    func look(
        at entries: [BuildEntry],
        _ sources: [String: Observed<SourceState>],
        _ recorded: Recorded
    ) async -> Built {
        let looks = await sideBySide(entries, atMost: Self.width) { entry in
            let id = ImageID.build(entry.key)
            return await look(at: entry, sources[entry.key]?.value, recorded[image: id], recorded[push: id])
        }
        var built = Built()
        for (entry, look) in zip(entries, looks) {
            built.labels[entry.key] = look.labels
            built.found[entry.key] = look.found
            for (tag, digest) in look.tags { built.tags[Destination(repository: entry.name, tag: tag)] = digest }
        }
        return built
    }

    /// What was seen of built images, labels and what was found by the keys of the entries.
    struct Built: Sendable {
        var labels: [String: Observed<BuildLabels>] = [:]
        var found: [String: Observed<[FoundImage]>] = [:]
        var tags: [Destination: Observed<Digest>] = [:]
    }

    private struct BuiltLook: Sendable {
        var labels = Observed<BuildLabels>.absent
        var found = Observed<[FoundImage]>.present([])
        var tags: [Tag: Observed<Digest>] = [:]
    }

    private func look(
        at entry: BuildEntry,
        _ source: SourceState?,
        _ record: ImageRecord?,
        _ push: PushRecord?
    ) async -> BuiltLook {
        var tags: [Tag: Observed<Digest>] = [:]
        if let push, let first = push.tags.first, case .build(let origin) = push.origin {
            await look(at: entry, origin.commit, origin.branch, push.time, &tags)
            if tags[first] == nil { tags[first] = await digest(ImageReference(host, entry.name, first)) }
            var labels = Observed<BuildLabels>.absent
            if push.digest == nil, let seen = tags[first]?.value {
                labels = await self.labels(of: ImageReference(host, entry.name, first).pinned(to: seen))
            }
            if push.completed(under: tags[first] ?? .absent, labels) != nil {
                return BuiltLook(labels: labels, tags: tags)
            }
        }
        if let record, case .build(let origin) = record.origin {
            await look(at: entry, origin.commit, origin.branch, record.time, &tags)
            return BuiltLook(tags: tags)
        }
        guard let source, let probe = entry.probe(at: source.commit.id, branch: source.branch, time: now) else {
            return BuiltLook(tags: tags)
        }
        let image = ImageReference(host, entry.name, probe)
        let seen = await digest(image)
        tags[probe] = seen
        var found = Observed<[FoundImage]>.present([])
        if entry.tags.contains(where: \.varies) { found = await self.found(of: entry) }
        for one in found.value ?? [] where one.labels.image == entry.key {
            for tag in one.tags { tags[tag] = .present(one.digest) }
            let time = one.time(for: entry, branch: source.branch, otherwise: now)
            await look(at: entry, one.labels.revision, source.branch, time, &tags)
        }
        guard let digest = seen.value else { return BuiltLook(found: found, tags: tags) }
        let labels = await labels(of: image.pinned(to: digest))
        if let revision = labels.value?.revision { await look(at: entry, revision, source.branch, now, &tags) }
        return BuiltLook(labels: labels, found: found, tags: tags)
    }

    private func look(
        at entry: BuildEntry,
        _ commit: ObjectID,
        _ branch: String,
        _ time: Moment,
        _ tags: inout [Tag: Observed<Digest>]
    ) async {
        for tag in (try? entry.tags(at: commit, branch: branch, time: time)) ?? [] where tags[tag] == nil {
            tags[tag] = await digest(ImageReference(host, entry.name, tag))
        }
    }

    /// What a registry that others keep says, if it says anything soon.
    func upstreamDigest(_ image: ImageReference) async -> Observed<Digest> {
        await patience.look(at: image.registry) { await digest(image) }
    }

    /// The same of an image that is copied next, and is best loaded at once.
    func loadedUpstreamDigest(_ image: ImageReference) async -> Observed<Digest> {
        await patience.look(at: image.registry) {
            await watch.looking(at: image.registry.description) { await client.headLoading(image) }
        }
    }

    func digest(_ image: ImageReference) async -> Observed<Digest> {
        await watch.looking(at: image.registry.description) { await client.head(image).map(\.digest) }
    }

    /// The labels of an image of ours.
    ///
    /// They are `absent` if it has none of ours. Of an index, the first image's are read.
    func labels(of image: ImageReference) async -> Observed<BuildLabels> {
        do throws(RegistryError) {
            var manifest = try await client.manifest(image)
            if case .index(let children) = try content(of: manifest, at: image), let first = children.first {
                manifest = try await client.manifest(image.pinned(to: first.manifest.digest))
            }
            guard case .image(let config, _) = try content(of: manifest, at: image) else { return .absent }
            let bytes = try await client.smallBlob(config, in: ImageRepository(of: image))
            let pairs = (try? JSONReader.read(bytes))?["config"]?["Labels"]?.members ?? []
            let labels = Dictionary(pairs.map { ($0.key, $0.value.string ?? "") }) { first, _ in first }
            return BuildLabels(labels).map { .present($0) } ?? .absent
        } catch {
            return error.kind == .notFound ? .absent : .unknown(error.description)
        }
    }
}

extension ImageReference {
    /// A tag of the registry at `host`.
    init(_ host: RegistryHost, _ destination: Destination) {
        self.init(host, destination.repository, destination.tag)
    }

    fileprivate init(_ host: RegistryHost, _ repository: RepositoryName, _ tag: Tag) {
        self.init(registry: host, repository: repository, tag: tag)
    }
}
