/// Copies images from an upstream registry byte for byte: blobs, then manifests by digest, then the tag.
struct Copying: Sendable {
    let registry: KeptRegistry
    /// What the kept registry may have of it already.
    let former: Former
    /// Called with the bytes of each blob that was sent, not of those that were there.
    let onBlob: @Sendable (Int64) -> Void
    /// Called with what will stand under the tag, when all of it is there and before the tag moves.
    let beforeTag: @Sendable (Result) async throws -> Void
    let meter: CopyMeter

    /// `onProgress` is called often with the bytes that are done of how many.
    init(
        registry: KeptRegistry,
        former: Former = .nothing,
        onBlob: @escaping @Sendable (Int64) -> Void,
        beforeTag: @escaping @Sendable (Result) async throws -> Void,
        onProgress: @escaping @Sendable (_ done: Int64, _ total: Int64) -> Void
    ) {
        self.registry = registry
        self.former = former
        self.onBlob = onBlob
        self.beforeTag = beforeTag
        meter = CopyMeter(onChange: onProgress)
    }

    /// What the kept registry may have already: asking it costs nobody a pull, but a request each.
    enum Former: Sendable {
        case nothing
        /// Images of another version of the index.
        case images
        /// The manifest itself, whole or as a copy that broke off has left it.
        case manifest
    }

    /// What came of a copy.
    struct Result: Sendable {
        /// What stands under the tag.
        let digest: Digest
        /// How many pulls it costs at registries that count them: one for each image.
        let pulls: Int
        /// That digest and those of the images in it.
        let subjects: [Digest]
    }

    /// Copies what of the manifest `digest` of `upstream` is for `platforms`, with all that it points to, and puts it
    /// under `destination`; no platforms stand for all of them.
    func copy(
        _ digest: Digest,
        of upstream: ImageReference,
        for platforms: [Platform],
        to destination: Destination
    ) async throws -> Result {
        let source = upstream.pinned(to: digest)
        let whole = try await load(source, destination.repository, mayBeHere: former == .manifest)
        switch try await registry.client.selection(of: platforms, from: whole, at: source) {
        case .whole: return try await copy(whole, from: source, to: destination)
        case .index(let part): return try await copy(part, from: source, to: destination)
        case .image(let image):
            let chosen = source.pinned(to: image.digest)
            let part = try await load(chosen, destination.repository, mayBeHere: former != .nothing)
            return try await copy(part, from: source, to: destination)
        }
    }

    /// Copies a manifest that is loaded.
    private func copy(
        _ manifest: Manifest,
        from source: ImageReference,
        to destination: Destination
    ) async throws -> Result {
        let children = try content(of: manifest, at: source).images
        try await bring(manifest, from: source, into: destination.repository)
        let result = Result(
            digest: manifest.digest,
            pulls: max(1, children.count),
            subjects: [manifest.digest] + children.map(\.manifest.digest)
        )
        try await beforeTag(result)
        try await registry.tag(manifest, destination.repository, [destination.tag])
        return result
    }

    /// Brings everything that `manifest` points to into `repository`.
    func bring(
        _ manifest: Manifest,
        from source: ImageReference,
        into repository: RepositoryName
    ) async throws(RegistryError) {
        switch try content(of: manifest, at: source) {
        case .image(let config, let layers):
            let blobs = [config] + layers
            meter.expect(blobs.filter { !$0.isForeign })
            try await sideBySide(blobs) { blob async throws(RegistryError) in
                // Some registries have foreign layers all the same; where they do not, the layer stays where it is, for
                // nothing is ever fetched from its `urls`.
                if blob.isForeign, try await !isUpstream(blob, of: source) { return }
                try await bring(blob, from: source, into: repository)
            }
        case .index(let children):
            // All of it or none: a part of an image is of no use to anybody, and costs as many pulls.
            let (here, pulls) = await stock(of: children, repository)
            try registry.client.reserve(pulls, at: source)
            defer { registry.client.limits.release(pulls, at: source.registry) }
            // One after the other: the blobs of one image already keep the connections busy.
            for digest in children.map(\.manifest.digest) {
                try await bring(digest, from: source, into: repository) { image async throws(RegistryError) in
                    let isHere = here.contains(digest)
                    if isHere, let kept = await registry.kept(digest, in: repository) { return kept }
                    return try await registry.client.pull(image, isReserved: !isHere)
                }
            }
        }
    }

    /// Brings a manifest and everything that it points to into `repository`, without a tag.
    func bring(
        _ digest: Digest,
        from source: ImageReference,
        into repository: RepositoryName
    ) async throws(RegistryError) {
        try await bring(digest, from: source, into: repository) { image async throws(RegistryError) in
            try await registry.client.pull(image)
        }
    }

    private func bring(
        _ digest: Digest,
        from source: ImageReference,
        into repository: RepositoryName,
        load: @Sendable (ImageReference) async throws(RegistryError) -> Manifest
    ) async throws(RegistryError) {
        try await registry.ledger.place(digest, in: repository, from: source.registry) {
            _ async throws(RegistryError) in
            let manifest = try await load(source.pinned(to: digest))
            try await bring(manifest, from: source, into: repository)
            try await registry.put(manifest, as: registry.image(repository, manifest.digest))
        }
    }

    /// Loads a manifest: from here if it may be here already, which costs no pull, else from the upstream.
    private func load(
        _ image: ImageReference,
        _ repository: RepositoryName,
        mayBeHere: Bool
    ) async throws(RegistryError) -> Manifest {
        if mayBeHere, let digest = image.digest, let kept = await registry.kept(digest, in: repository) { return kept }
        return try await registry.client.pull(image)
    }

    /// Which images of an index are here already, and how many pulls the others take that are not at hand.
    private func stock(of children: [ChildDescriptor], _ repository: RepositoryName) async -> (Set<Digest>, pulls: Int)
    {
        var (here, pulls) = (Set<Digest>(), 0)
        for digest in children.map(\.manifest.digest) {
            if former != .nothing, await registry.holds(digest, in: repository) {
                here.insert(digest)
            } else if await !registry.client.shelf.holds(digest) {
                pulls += 1
            }
        }
        return (here, pulls)
    }

    private func isUpstream(_ blob: BlobDescriptor, of source: ImageReference) async throws(RegistryError) -> Bool {
        try await registry.client.hasBlob(blob.digest, in: ImageRepository(of: source))
    }

    private func bring(
        _ blob: BlobDescriptor,
        from source: ImageReference,
        into repository: RepositoryName
    ) async throws(RegistryError) {
        try await registry.placeBlob(blob, in: repository, from: source.registry) {
            session async throws(RegistryError) in
            let upstream = ImageRepository(of: source)
            let target = registry.repository(repository)
            try await registry.client.copyBlob(blob, from: upstream, to: target, continuing: session) { bytes in
                meter.note(bytes, of: blob)
            }
            onBlob(blob.size)
        }
        meter.note(blob.size, of: blob)
    }
}

extension ManifestContent {
    /// The images of an index; empty for an image.
    var images: [ChildDescriptor] {
        guard case .index(let children) = self else { return [] }
        return children
    }
}

extension Copying {
    /// Copies what the entry asks for of the upstream manifest `digest`, with what points to it if that is wanted.
    func copy(_ digest: Digest, of mirror: MirroredTag, at time: Moment) async throws -> ImageRecord {
        let (platforms, place) = (mirror.platforms, mirror.destination)
        let result = try await copy(digest, of: mirror.upstream, for: platforms, to: place)
        var origin = MirrorOrigin(upstream: digest, platforms: platforms, pulls: result.pulls)
        if mirror.entry.referrers {
            let copying = ReferrerCopying(copying: self)
            origin.referrers = try await copying.copy(
                of: result.subjects,
                from: mirror.upstream,
                into: place.repository
            )
        }
        let size = registry.sizes[result.digest]
        return ImageRecord(origin: .mirror(origin), digest: result.digest, tags: [mirror.tag], time: time, size: size)
    }

    /// Copies what points to the image of `record`, which is in place, and returns the record of both.
    func copyReferrers(of record: ImageRecord, _ mirror: MirroredTag) async throws(RegistryError) -> ImageRecord {
        guard case .mirror(var origin) = record.origin else { return record }
        let (copying, place) = (ReferrerCopying(copying: self), mirror.destination)
        let subjects = try await copying.subjects(of: record.digest, in: place.repository)
        origin.referrers = try await copying.copy(of: subjects, from: mirror.upstream, into: place.repository)
        let (digest, tags) = (record.digest, record.tags)
        return ImageRecord(origin: .mirror(origin), digest: digest, tags: tags, time: record.time, size: record.size)
    }
}

extension Copying.Former {
    /// What is worth asking for, by why the image is copied and whether that failed before.
    init(_ verdict: Verdict, hasFailed: Bool) {
        guard !hasFailed, case .drifted(_, let reasons) = verdict else {
            self = .manifest
            return
        }
        let isNew = reasons.allSatisfy { reason in
            switch reason {
            case .neverCopied, .moved, .platforms, .settling: true
            default: false
            }
        }
        self = reasons == [.neverCopied] ? .nothing : isNew ? .images : .manifest
    }
}
