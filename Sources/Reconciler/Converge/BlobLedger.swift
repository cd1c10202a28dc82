/// Which repositories of the kept registry hold which blobs and manifests, as far as this pass has seen to it.
///
/// It remembers a bounded number of them. Each blob is sent once: whoever wants it while it is under way waits, and then
/// has it mounted from there.
actor BlobLedger {
    private struct Place: Hashable {
        let digest: Digest
        /// Nil while the first upload is under way, which everyone waits for.
        let repository: RepositoryName?
    }

    private struct UnderWay {
        let flight = Flight()
        /// Where it comes from; nil if it was built here.
        let origin: RegistryHost?
    }

    /// How long a blob is waited for that comes from another upstream, which may be the slower one.
    private static let patience = Duration.seconds(20)

    private let clock: any Clock<Duration>
    /// The repositories that took each blob last; what is not known any more costs a question, no more.
    private var places: [Digest: [RepositoryName]] = [:]
    /// A list with each repository alone, in memory once: most blobs are in one.
    private var alone: [RepositoryName: [RepositoryName]] = [:]
    private var underWay: [Place: UnderWay] = [:]

    init(clock: any Clock<Duration> = ContinuousClock()) { self.clock = clock }

    /// Has `send` bring the blob into `repository`, unless it is there by now; `send` is told where else it is.
    ///
    /// One that is under way from the same `origin` is waited for; another upstream may be too slow for that.
    func place(
        _ digest: Digest,
        in repository: RepositoryName,
        from origin: RegistryHost? = nil,
        send: @Sendable (_ elsewhere: RepositoryName?) async throws(RegistryError) -> Void
    ) async throws(RegistryError) {
        // No variable here is changed between two waits: the optimizer of Swift 6.3.1 put one beside the frame of this
        // function, and wrote over the heap.
        while !Task.isCancelled, !holds(digest, repository), let other = underWay[place(of: digest, in: repository)] {
            guard await wait(for: other, origin) else { break }
        }
        if holds(digest, repository) { return }
        try await bring(digest, into: repository, from: origin, send)
    }

    private func bring(
        _ digest: Digest,
        into repository: RepositoryName,
        from origin: RegistryHost?,
        _ send: @Sendable (_ elsewhere: RepositoryName?) async throws(RegistryError) -> Void
    ) async throws(RegistryError) {
        let place = place(of: digest, in: repository)
        let own = UnderWay(origin: origin)
        if underWay[place] == nil { underWay[place] = own }
        defer {
            if underWay[place]?.flight === own.flight { underWay[place] = nil }
            own.flight.land()
        }
        try await send(places[digest]?.first)
        remember(digest, repository)
    }

    private func holds(_ digest: Digest, _ repository: RepositoryName) -> Bool {
        places[digest]?.contains(repository) ?? false
    }

    private func place(of digest: Digest, in repository: RepositoryName) -> Place {
        Place(digest: digest, repository: places[digest] == nil ? nil : repository)
    }

    /// Whether it is worth while to wait on, should it have failed.
    private func wait(for other: UnderWay, _ origin: RegistryHost?) async -> Bool {
        guard other.origin != origin else {
            await other.flight.landed()
            return true
        }
        await other.flight.landed(within: Self.patience, on: clock)
        return other.flight.hasLanded
    }

    private static let mostBlobs = 1 << 16
    private static let mostPlaces = 8

    private func remember(_ digest: Digest, _ repository: RepositoryName) {
        if places.count >= Self.mostBlobs { places.removeAll(keepingCapacity: true) }
        guard places[digest] != nil else {
            let list = alone[repository] ?? [repository]
            (places[digest], alone[repository]) = (list, list)
            return
        }
        places[digest]?.append(repository)
        if let count = places[digest]?.count, count > Self.mostPlaces { places[digest]?.removeFirst() }
    }
}
