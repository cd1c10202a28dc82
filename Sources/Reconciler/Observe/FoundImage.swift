/// An image that stands in the kept registry under what placeholders of an entry became, and what its labels say.
struct FoundImage: Sendable, Equatable {
    let tags: [Tag]
    let digest: Digest
    let labels: BuildLabels

    /// The last day whose tags the image has, if the entry's tags tell the day; `now` if not.
    func time(for entry: BuildEntry, branch: String, otherwise now: Moment) -> Moment {
        guard entry.tags.contains(where: { $0.description.contains("{date}") }) else { return now }
        let days = Set(tags.flatMap { dates(in: $0.description) }).filter { $0 <= now }
        return days.sorted(by: >).first { day in
            let wanted = (try? entry.tags(at: labels.revision, branch: branch, time: day)) ?? []
            return wanted.contains { tag in !entry.steadyTags.contains(tag) && tags.contains(tag) }
        } ?? now
    }
}

/// The days that a tag may name.
private func dates(in text: String) -> [Moment] {
    let bytes = Array(text.utf8)
    guard bytes.count >= 10 else { return [] }
    return (0...bytes.count - 10).compactMap { Moment(date: String(decoding: bytes[$0..<$0 + 10], as: UTF8.self)) }
}

extension RegistryLooks {
    /// Images that are looked into for one entry, at the most.
    private static let most = 500

    /// The images of ours under all that the entry's placeholders may have become.
    ///
    /// A registry that gives no list holds none that can be found.
    func found(of entry: BuildEntry) async -> Observed<[FoundImage]> {
        let repository = ImageRepository(host, entry.name)
        var tags: [Tag] = []
        do throws(RegistryError) {
            tags = try await client.tags(of: repository)
        } catch {
            guard error.kind == .notFound || error.kind == .refused else { return .unknown(error.description) }
        }
        // The latest by name: of days those are the latest, too.
        let likely = tags.filter { tag in
            entry.tags.contains { !$0.isFloating && $0.canBecome(tag, of: entry.gitTag) }
        }.sorted()
        let looks = await sideBySide(Array(likely.suffix(Self.most)), atMost: Self.width) { tag in
            (tag, await digest(ImageReference(registry: host, repository: entry.name, tag: tag)))
        }
        var places: [Digest: [Tag]] = [:]
        for (tag, look) in looks {
            switch look {
            case .present(let digest): places[digest, default: []].append(tag)
            case .absent: continue
            case .unknown(let why): return .unknown(why)
            }
        }
        let images = await sideBySide(places.sorted { $0.value[0] > $1.value[0] }, atMost: Self.width) { place in
            let image = ImageReference(registry: host, repository: entry.name, tag: place.value[0])
            let labels = await labels(of: image.pinned(to: place.key))
            return labels.map { FoundImage(tags: place.value, digest: place.key, labels: $0) }
        }
        for case .unknown(let why) in images { return .unknown(why) }
        return .present(images.compactMap(\.value))
    }

    /// The git tags of which the registry holds an image that was built for the entry, by the key of the entry.
    ///
    /// `configuration` identifies the configuration repository in labels.
    func builtGitTags(
        of entries: [BuildEntry],
        _ configuration: String
    ) async -> [String: Observed<Set<BranchName>>] {
        let looks = await sideBySide(entries, atMost: Self.width) { entry in
            let names = await found(of: entry).map { images in
                let ours = images.filter { $0.labels.configuration == configuration }
                return Set(ours.compactMap { entry.gitTag(of: $0.labels.image) })
            }
            return (entry.key, names)
        }
        return Dictionary(looks) { first, _ in first }
    }
}
