extension KeptRegistry {
    /// The bytes that no tag of `prunable` needs any more once `leaving` are gone; nil if what stays cannot be seen.
    ///
    /// A registry keeps each blob once, whatever the number of repositories it stands in.
    func gain(_ leaving: [Prunable.Leftover], of prunable: Prunable) async -> ByteCount? {
        let staying = prunable.pushed.subtracting(leaving.map(\.tag)).map { image($0.repository, $0.tag) }
        // One whose tag a prune that was cut short has moved is still there by its digest.
        let gone = leaving.map { image($0.tag.repository, $0.digest) }
        guard let kept = await contents(of: staying), let freed = await contents(of: gone) else { return nil }
        return ByteCount(bytes: freed.reduce(0) { $0 + (kept[$1.key] == nil ? $1.value : 0) })
    }

    /// The size of each manifest and blob that the images consist of; nil if one cannot be read.
    private func contents(of images: [ImageReference]) async -> [Digest: Int64]? {
        var sizes: [Digest: Int64] = [:]
        var pending = images
        while !pending.isEmpty {
            let seen = await sideBySide(pending, atMost: 32) { await self.content(of: $0) }
            pending = []
            for content in seen {
                guard let content else { return nil }
                let unknown = content.children.filter { child in child.digest.map { sizes[$0] == nil } ?? false }
                sizes.merge(content.sizes) { first, _ in first }
                pending += unknown
            }
        }
        return sizes
    }

    private typealias Content = (sizes: [Digest: Int64], children: [ImageReference])

    /// What one manifest is and points to; nothing if the registry does not have it, nil if nobody knows.
    private func content(of image: ImageReference) async -> Content? {
        let manifest: Manifest
        do throws(RegistryError) {
            manifest = try await client.manifest(image)
        } catch {
            return error.kind == .notFound ? ([:], []) : nil
        }
        var sizes = [manifest.digest: Int64(manifest.bytes.count)]
        switch try? ManifestContent(manifest) {
        case nil: return nil
        case .image(let config, let layers)?:
            for blob in [config] + layers where !blob.isForeign { sizes[blob.digest] = blob.size }
            return (sizes, [])
        case .index(let children)?:
            return (sizes, children.map { self.image(image.repository, $0.manifest.digest) })
        }
    }
}
