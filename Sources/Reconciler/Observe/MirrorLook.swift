/// What was seen of one mirrored tag, here and upstream.
struct MirrorLook: Sendable {
    /// The manifest that the tag has upstream.
    var upstream: Observed<Digest>?
    /// The manifest that stands under the tag in the kept registry.
    var here: Observed<Digest>?
    /// Whether that was seen to be an index.
    var isIndex = false
    /// Of most looks there are none, and so they are kept apart.
    private var rare: Shared<Details>?
    var details: Details {
        get { rare?.value ?? Details() }
        set { rare = newValue.isEmpty ? nil : Shared(newValue) }
    }

    init(upstream: Observed<Digest>?, here: Observed<Digest>?, details: Details? = nil) {
        (self.upstream, self.here, rare) = (upstream, here, details.map(Shared.init))
    }

    /// What is asked for only where it is needed.
    struct Details: Sendable {
        /// What of the upstream's manifest is for the entry's platforms; nil where what is remembered tells.
        var selected: Selection?
        /// The manifests and blobs of the image that the kept registry has lost; nil if none are missed.
        var lost: Observed<[Digest]>?
        /// What the kept registry has lost of the referrers that were copied; nil if none are missed.
        var lostReferrers: Observed<[Digest]>?
        /// Stands for all referrers upstream of what is remembered; nil if nothing is.
        var referrers: Observed<Digest>?

        /// What platforms of an upstream manifest come to.
        struct Selection: Sendable, Equatable {
            let upstream: Digest
            let platforms: [Platform]
            let result: Observed<Digest>
            /// Until when the upstream allows no pull to find that out.
            var heldUntil: Moment?
        }

        /// Whether no look into the image failed.
        var isSure: Bool {
            if case .unknown? = lost { return false }
            if case .unknown? = lostReferrers { return false }
            return true
        }

        var isEmpty: Bool { selected == nil && lost == nil && lostReferrers == nil && referrers == nil }
    }
}

extension RegistryLooks {
    /// Everything that is due of a mirrored tag, no request more than it takes; the rest stays as before.
    ///
    /// An image that is pinned by digest needs no look upstream: its manifest is the one that is named. `isMissing` says
    /// that the kept registry is known to have nothing under the tag, `isCopiedNext` that its manifest is worth loading.
    func look(
        at mirror: MirroredTag,
        _ record: ImageRecord?,
        _ push: PushRecord?,
        _ before: Observation,
        isMissing: Bool,
        isCopiedNext: Bool
    ) async -> MirrorLook {
        let place = ImageReference(host, mirror.destination)
        var look = MirrorLook(
            upstream: before.upstream[mirror.id],
            here: before.registry[mirror.destination],
            details: before.details[mirror.id]
        )
        let isUpstreamDue = mirror.unlisted == nil && (look.upstream == nil || isDue(.upstream(mirror.id)))
        let isDeep = isDue(.children(mirror.id)) || isDue(.blobs(mirror.id))
        async let there = isUpstreamDue ? manifest(upstreamOf: mirror, isCopiedNext: isCopiedNext) : nil
        if isMissing {
            look.here = .absent
        } else if look.here == nil || isDeep || isDue(.registry(mirror.id)) {
            let held = await client.head(place)
            look.here = held.map(\.digest)
            look.isIndex = held.value.map { MediaType.isIndex($0.mediaType) } ?? false
        }
        if let there = await there { look.upstream = there }
        guard let digest = look.upstream?.value, let here = look.here, here.value != nil else { return look }
        let record = push?.completed(under: here, .absent) ?? record
        if record == nil, !mirror.platforms.isEmpty { await select(mirror, digest, &look.details.selected) }
        if isUpstreamDue, mirror.entry.referrers, case .mirror(let origin)? = record?.origin,
            origin.upstream == digest, let known = origin.referrers
        {
            look.details.referrers = await fingerprint(of: known.subjects, at: mirror.upstream)
        }
        return look
    }

    private func manifest(upstreamOf mirror: MirroredTag, isCopiedNext: Bool) async -> Observed<Digest> {
        if let pinned = mirror.entry.digest { return .present(pinned) }
        return isCopiedNext ? await loadedUpstreamDigest(mirror.upstream) : await upstreamDigest(mirror.upstream)
    }

    /// Finds out what the entry's platforms come to; it takes the upstream's index, which counts as a pull, and so is
    /// not done twice.
    private func select(
        _ mirror: MirroredTag,
        _ digest: Digest,
        _ known: inout MirrorLook.Details.Selection?
    ) async {
        if let known, known.upstream == digest, known.platforms == mirror.platforms, known.result.value != nil {
            return
        }
        known = await selected(mirror, digest)
    }

    private func selected(_ mirror: MirroredTag, _ digest: Digest) async -> MirrorLook.Details.Selection {
        func selection(_ result: Observed<Digest>, _ until: Moment? = nil) -> MirrorLook.Details.Selection {
            MirrorLook.Details.Selection(
                upstream: digest,
                platforms: mirror.platforms,
                result: result,
                heldUntil: until
            )
        }
        let image = mirror.upstream.pinned(to: digest)
        do throws(RegistryError) {
            let manifest = try await client.pull(image)
            let part = try await client.selection(of: mirror.platforms, from: manifest, at: image)
            return selection(.present(part.digest(from: manifest)))
        } catch {
            guard case .allowanceSpent(let until) = error.kind else { return selection(.unknown(error.description)) }
            return selection(.unknown("its platforms were not looked at: \(error.detail)"), until)
        }
    }

    private func fingerprint(of subjects: [Digest], at upstream: ImageReference) async -> Observed<Digest> {
        await patience.look(at: upstream.registry) {
            do throws(RegistryError) {
                return .present(try await client.referrers(of: subjects, in: ImageRepository(of: upstream)).fingerprint)
            } catch {
                return .unknown(error.description)
            }
        }
    }
}
