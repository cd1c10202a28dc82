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
        let kept = await keptTags(of: mirrors.filter { isDue(.registry($0.id)) }, recorded)
        let found = await sideBySide(mirrors, atMost: Self.width) { mirror in
            let (record, push) = (recorded[image: mirror.id], recorded[push: mirror.id])
            let isMissing = kept[mirror.destination.repository]?.contains(mirror.destination.tag) == false
            return await look(at: mirror, record, push, before, isMissing: isMissing)
        }
        let looks = zip(mirrors, found)
        let lost = await lost(of: looks.compactMap { mirror, look in placed(mirror, look) })
        let lostReferrers = await lostReferrers(
            of: looks.compactMap { mirror, look in referrers(mirror, look, recorded[image: mirror.id]) }
        )
        for (mirror, look) in looks {
            var details = look.details
            if isDue(.children(mirror.id)) || isDue(.blobs(mirror.id)) {
                details.lost = lost[mirror.id].flatMap { $0 == .present([]) ? nil : $0 }
                details.lostReferrers = lostReferrers[mirror.id].flatMap { $0 == .present([]) ? nil : $0 }
            }
            seen.upstream[mirror.id] = look.upstream
            seen.registry[mirror.destination] = look.here
            seen.details[mirror.id] = details.isEmpty ? nil : details
        }
    }

    /// The tags of each kept repository in which several images are looked for that nothing is remembered of: one list
    /// tells of all that are not there, as before a first copy; where it cannot be had, each is asked for.
    private func keptTags(of mirrors: [MirroredTag], _ recorded: Recorded) async -> [RepositoryName: Set<Tag>] {
        let new = mirrors.filter { recorded[image: $0.id] == nil && recorded[push: $0.id] == nil }
        let places = Dictionary(grouping: new, by: \.destination.repository).filter { $1.count > 2 }.keys
        let lists = await sideBySide(Array(places), atMost: Self.width) { name in
            (name, await tagsNow(of: ImageRepository(host, name)).map(Set.init))
        }
        return Dictionary(lists) { first, _ in first }.compactMapValues { list -> Set<Tag>? in
            switch list {
            case .present(let tags): tags
            case .absent: []
            case .unknown: nil
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
        await watch.looking(at: upstream.registry.description) { await tagsNow(of: ImageRepository(of: upstream)) }
    }

    private func tagsNow(of repository: ImageRepository) async -> Observed<[Tag]> {
        do throws(RegistryError) {
            return .present(try await client.tags(of: repository))
        } catch {
            return error.kind == .notFound ? .absent : .unknown(error.description)
        }
    }
}
