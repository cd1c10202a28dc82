extension RegistryLooks {
    /// The upstream's list of tags for every entry that asks for tags by rule; each list that is due is loaded once.
    func lists(
        for entries: [MirrorEntry],
        _ before: [ImageReference: Observed<[Tag]>]
    ) async -> [ImageReference: Observed<[Tag]>] {
        let asked = Set(entries.filter { $0.rule != nil && !$0.isPaused }.map(\.upstream))
        let due = asked.filter { before[$0] == nil || isDue(.list($0)) }
        let lists = await sideBySide(Array(due), atMost: Self.width) { upstream in
            (upstream, await patience.list(of: upstream) { await tags(of: upstream) })
        }
        return Dictionary(lists) { first, _ in first }
    }

    /// Adds to `seen` what is due of each mirrored tag, and of those that were never looked at.
    func look(at mirrors: [MirroredTag], _ recorded: Recorded, _ seen: inout Observation) async {
        let before = seen
        let missing = await missing(among: mirrors, recorded)
        var parts: [PlacedImage] = []
        var referred: [(ImageID, RepositoryName, ReferrersRecord)] = []
        seen.upstream.reserveCapacity(mirrors.count)
        seen.registry.reserveCapacity(mirrors.count)
        // Most of them are one short answer from either side.
        await client.http.onOwnThread {
            await sideBySide(mirrors, atMost: Self.width) { mirror in
                let (record, push) = (recorded[image: mirror.id], recorded[push: mirror.id])
                let isMissing = missing.contains(mirror.id)
                // What failed before may have to wait, and would be loaded at each look until its turn comes.
                let isCopiedNext = copiesFollow && isMissing && recorded[failure: mirror.id] == nil
                return await look(at: mirror, record, push, before, isMissing: isMissing, isCopiedNext: isCopiedNext)
            } _: { place, look in
                let mirror = mirrors[place]
                seen.upstream[mirror.id] = look.upstream
                seen.registry[mirror.destination] = look.here
                seen.details[mirror.id] = look.details.isEmpty ? nil : look.details
                if let placed = placed(mirror, look) { parts.append(placed) }
                if let copied = referrers(mirror, look, recorded[image: mirror.id]) { referred.append(copied) }
            }
        }
        let (lost, lostReferrers) = (await lost(of: parts), await lostReferrers(of: referred))
        for mirror in mirrors where isDue(.children(mirror.id)) || isDue(.blobs(mirror.id)) {
            var details = seen.details[mirror.id] ?? MirrorLook.Details()
            details.lost = lost[mirror.id].flatMap { $0 == .present([]) ? nil : $0 }
            details.lostReferrers = lostReferrers[mirror.id].flatMap { $0 == .present([]) ? nil : $0 }
            seen.details[mirror.id] = details.isEmpty ? nil : details
        }
    }

    /// The images that the kept registry does not have, of those that are due and that nothing is remembered of.
    ///
    /// Where there are several in a repository, as before a first copy, its list of tags tells; what that leaves open is
    /// asked for one by one.
    private func missing(among mirrors: [MirroredTag], _ recorded: Recorded) async -> Set<ImageID> {
        let new = mirrors.filter { mirror in
            isDue(.registry(mirror.id)) && recorded[image: mirror.id] == nil && recorded[push: mirror.id] == nil
        }
        let groups = Dictionary(grouping: new, by: \.destination.repository).filter { $1.count > 2 }
        let parts = await sideBySide(Array(groups), atMost: Self.width) { repository, mirrors in
            // A list that is much longer than what is looked for costs more than it saves.
            let tags = await keptTags(of: ImageRepository(host, repository), atMost: 100 * mirrors.count)
            guard case .present(let tags) = tags else { return [ImageID]() }
            return mirrors.filter { !tags.contains($0.tag) }.map(\.id)
        }
        return Set(parts.joined())
    }

    private func keptTags(of repository: ImageRepository, atMost limit: Int) async -> Observed<Set<Tag>> {
        await patience.list(of: ImageReference(registry: host, repository: repository.name)) {
            do throws(RegistryError) {
                return .present(Set(try await client.tags(of: repository, limit: limit)))
            } catch {
                // Any 404 will not do: a proxy may know nothing of lists.
                return error.code == "NAME_UNKNOWN" ? .present([]) : .unknown(error.description)
            }
        }
    }

    /// The image as it is to be looked into now; nil if it is not there, or nothing of it is due.
    private func placed(_ mirror: MirroredTag, _ look: MirrorLook) -> PlacedImage? {
        let withBlobs = isDue(.blobs(mirror.id))
        guard withBlobs || look.isIndex && isDue(.children(mirror.id)), let digest = look.here?.value else {
            return nil
        }
        let place = ImageReference(host, mirror.destination).pinned(to: digest)
        return PlacedImage(id: mirror.id, place: place, withBlobs: withBlobs)
    }

    /// What was copied with the image that stands there, if that is to be looked at now.
    private func referrers(
        _ mirror: MirroredTag,
        _ look: MirrorLook,
        _ record: ImageRecord?
    ) -> (ImageID, RepositoryName, ReferrersRecord)? {
        guard mirror.entry.referrers, isDue(.children(mirror.id)) || isDue(.blobs(mirror.id)), let record,
            look.here?.value == record.digest, case .mirror(let origin) = record.origin, let copied = origin.referrers
        else { return nil }
        return (mirror.id, mirror.destination.repository, copied)
    }

    private func tags(of upstream: ImageReference) async -> Observed<[Tag]> {
        await watch.looking(at: upstream.registry.description) { await tagsNow(of: upstream) }
    }

    private func tagsNow(of upstream: ImageReference) async -> Observed<[Tag]> {
        do throws(RegistryError) {
            return .present(try await client.tags(of: ImageRepository(of: upstream)))
        } catch {
            return error.kind == .notFound ? .absent : .unknown(error.description)
        }
    }
}
