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
        var isPatient = true
        while true {
            let known = places[digest] ?? []
            if known.contains(repository) { return }
            let place = Place(digest: digest, repository: known.isEmpty ? nil : repository)
            if isPatient, !Task.isCancelled, let other = underWay[place] {
                isPatient = await wait(for: other, origin)
                continue
            }
            let own = UnderWay(origin: origin)
            if underWay[place] == nil { underWay[place] = own }
            defer {
                if underWay[place]?.flight === own.flight { underWay[place] = nil }
                own.flight.land()
            }
            try await send(known.first)
            remember(digest, repository)
            return
        }
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
        places[digest, default: []].append(repository)
        if let count = places[digest]?.count, count > Self.mostPlaces { places[digest]?.removeFirst() }
    }
}
