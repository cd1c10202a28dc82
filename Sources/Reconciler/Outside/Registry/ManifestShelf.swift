/// Manifests of upstreams that were loaded not long ago: each is a pull, and several tags often share one.
///
/// It keeps a bounded number of them and of their bytes, the latest. Whoever wants one that is under way waits for it once.
actor ManifestShelf {
    /// One upstream's silence holds up nobody who asks another.
    private struct Loading: Hashable {
        let digest: Digest
        let registry: RegistryHost
    }

    private static let mostBytes = 2 << 20
    private static let most = 1536
    /// How many may have been put there before anybody needs them.
    private static let mostAhead = 1024

    private var manifests: [Digest: Manifest] = [:]
    /// The digests that are kept, oldest first.
    private var order: [Digest] = []
    private var bytes = 0
    private var underWay: [Loading: Flight] = [:]

    func holds(_ digest: Digest) -> Bool { manifests[digest] != nil }

    /// Whether one more would push out none for a good while.
    var hasRoom: Bool { bytes < Self.mostBytes / 2 && order.count < Self.mostAhead }

    /// The manifest of that digest, from the shelf or by `load`, which must check it.
    func manifest(
        _ digest: Digest,
        of registry: RegistryHost,
        load: @Sendable () async throws(RegistryError) -> Manifest
    ) async throws(RegistryError) -> Manifest {
        let loading = Loading(digest: digest, registry: registry)
        if manifests[digest] == nil, let flight = underWay[loading] { await flight.landed() }
        if let known = manifests[digest] { return known }
        // What failed for one is tried by all who waited at the same time: in turn they would wait for ever.
        let flight = Flight()
        let isFirst = underWay[loading] == nil
        if isFirst { underWay[loading] = flight }
        defer {
            if isFirst { underWay[loading] = nil }
            flight.land()
        }
        let manifest = try await load()
        keep(manifest)
        return manifest
    }

    func keep(_ manifest: Manifest) {
        guard manifests[manifest.digest] == nil, manifest.bytes.count <= Self.mostBytes / 4 else { return }
        manifests[manifest.digest] = manifest
        order.append(manifest.digest)
        bytes += manifest.bytes.count
        guard bytes > Self.mostBytes || order.count > Self.most else { return }
        // Half of them at a time, for taking the first of a list away moves all others.
        let old = order.prefix(order.count / 2)
        for digest in old { bytes -= manifests.removeValue(forKey: digest)?.bytes.count ?? 0 }
        order.removeFirst(old.count)
    }
}
