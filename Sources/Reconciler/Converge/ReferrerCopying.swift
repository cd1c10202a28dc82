/// Copies what points to an image, after the image itself.
struct ReferrerCopying: Sendable {
    let copying: Copying

    private var registry: KeptRegistry { copying.registry }

    /// Copies everything that points to one of `subjects` upstream; what the kept registry has besides stays.
    func copy(
        of subjects: [Digest],
        from upstream: ImageReference,
        into repository: RepositoryName
    ) async throws(RegistryError) -> ReferrersRecord {
        let found = try await registry.client.referrers(of: subjects, in: ImageRepository(of: upstream))
        var record = ReferrersRecord(subjects: subjects, fingerprint: found.fingerprint)
        for referrers in found {
            var entries: [(digest: Digest, json: JSON)] = []
            for entry in try await self.entries(of: referrers, at: upstream) {
                let isThere = try await unlessMissing(from: upstream) { () async throws(RegistryError) in
                    try await copying.bring(entry.digest, from: upstream, into: repository)
                }
                if isThere { entries.append(entry) } else { record.dangling.append(entry.digest) }
            }
            try await list(entries.map(\.json), under: referrers.subject, in: repository)
            if !entries.isEmpty { record.listed[referrers.subject] = entries.map(\.digest) }
            for (tag, digest) in referrers.signatures {
                let isThere = try await unlessMissing(from: upstream) { () async throws(RegistryError) in
                    try await sign(tag, digest, from: upstream, into: repository)
                }
                if isThere { record.tagged[tag] = digest } else { record.dangling.append(digest) }
            }
        }
        return record
    }

    /// That image and the images in it, as the kept registry has them.
    func subjects(of digest: Digest, in repository: RepositoryName) async throws(RegistryError) -> [Digest] {
        let image = registry.image(repository, digest)
        let children = try content(of: try await registry.client.manifest(image), at: image).images
        return [digest] + children.map(\.manifest.digest)
    }

    /// Runs `bring`; false if the upstream lacks what its own list names, which must not fail the rest for ever.
    private func unlessMissing(
        from upstream: ImageReference,
        _ bring: () async throws(RegistryError) -> Void
    ) async throws(RegistryError) -> Bool {
        do throws(RegistryError) {
            try await bring()
            return true
        } catch {
            guard error.kind == .notFound, error.isAnswer(of: ImageRepository(of: upstream)) else { throw error }
            return false
        }
    }

    /// Puts what stands under one of cosign's tags upstream under the same tag here.
    ///
    /// Who signs an image here adds to that tag; it then holds ours too, and stays.
    private func sign(
        _ tag: Tag,
        _ digest: Digest,
        from upstream: ImageReference,
        into repository: RepositoryName
    ) async throws(RegistryError) {
        let placed = Digest.of("\(tag) \(digest)".utf8)
        try await registry.ledger.place(placed, in: repository) { _ async throws(RegistryError) in
            let manifest = try await registry.client.pull(upstream.pinned(to: digest))
            try await copying.bring(manifest, from: upstream, into: repository)
            let image = registry.image(repository, tag)
            if let seen = await registry.client.head(image).value, seen.digest != digest,
                let kept = try? await registry.client.manifest(image), kept.holds(layersOf: manifest)
            {
                return try await registry.put(manifest, as: registry.image(repository, digest))
            }
            try await registry.tag(manifest, repository, [tag])
        }
    }

    private func entries(
        of referrers: Referrers,
        at upstream: ImageReference
    ) async throws(RegistryError) -> [(digest: Digest, json: JSON)] {
        let entries: [JSON]
        switch referrers.list {
        case .listed(let listed): entries = listed
        case .tagged(nil): return []
        case .tagged(let digest?): entries = try await registry.client.pull(upstream.pinned(to: digest)).entries
        }
        return entries.compactMap { entry in
            entry["digest"]?.string.flatMap { try? Digest($0) }.map { ($0, entry) }
        }
    }

    /// Adds entries to the index under the fallback tag, where the kept registry has no referrers API of its own.
    private func list(
        _ entries: [JSON],
        under subject: Digest,
        in repository: RepositoryName
    ) async throws(RegistryError) {
        guard !entries.isEmpty else { return }
        let kept = registry.repository(repository)
        guard try await registry.client.listedReferrers(of: subject, in: kept) == nil else { return }
        let tag = try registry.client.fallbackTag(of: subject, in: kept)
        // Two tags may stand on one image; the second finds the index as the first left it.
        try await registry.ledger.place(.of(tag.description.utf8), in: repository) { _ async throws(RegistryError) in
            let known = try await registry.client.entries(under: registry.image(repository, tag))
            let digests = Set(known.compactMap { $0["digest"]?.string })
            let new = entries.filter { entry in entry["digest"]?.string.map { !digests.contains($0) } ?? false }
            guard !new.isEmpty else { return }
            try await registry.tag(index(of: known + new), repository, [tag])
        }
    }
}

private func index(of entries: [JSON]) -> Manifest {
    let json = JSON(members: [
        ("schemaVersion", 2), ("mediaType", .string(MediaType.ociIndex)), ("manifests", .list(entries)),
    ])
    return Manifest(bytes: Array(json.compact.utf8), mediaType: MediaType.ociIndex)
}
