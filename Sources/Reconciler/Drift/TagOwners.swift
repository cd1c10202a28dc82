/// Which image a tag of the kept registry belongs to where only a look tells what placeholders become.
///
/// Two that put different images under one tag would overwrite each other for ever, so one of them stalls.
struct TagOwners {
    /// What to say of each image that wants a tag which is another's.
    private(set) var rivalry: [ImageID: String] = [:]
    private var owners: [Destination: Owner] = [:]

    private struct Owner {
        let id: ImageID
        /// What the file calls it.
        let name: String
        var entry: BuildEntry?

        init(id: ImageID, name: String) { (self.id, self.name) = (id, name) }

        init(_ entry: BuildEntry) { (id, name, self.entry) = (.build(entry.key), entry.key, entry) }
    }

    /// What is mirrored or named comes before what placeholders become; of git tags, one that is a tag as it stands.
    init(
        _ desired: Desired,
        _ mirrors: [MirroredTag],
        _ sources: [String: Observed<SourceState>],
        at now: Moment
    ) {
        // Mirrored tags are at peace with each other, and where nothing is built there is nobody else.
        let built = Set(desired.builds.map(\.name))
        for mirror in mirrors where built.contains(mirror.entry.landing) {
            owners[mirror.destination] = Owner(id: mirror.id, name: "\(mirror.entry.written):\(mirror.tag)")
        }
        let builds = desired.builds.filter { !$0.isPaused || $0.gitTags == nil }
        for entry in builds {
            for tag in entry.tags where tag.isFloating {
                guard let tag = try? Tag(tag.description) else { continue }
                owners[Destination(repository: entry.name, tag: tag)] = Owner(entry)
            }
        }
        let plain = builds.filter { !$0.isRenamed }
        let renamed = builds.filter(\.isRenamed).sorted { $0.key < $1.key }
        for entry in plain + renamed where !entry.isPaused {
            for template in entry.tags where !template.isFloating {
                claim(template, for: entry, sources[entry.key]?.value, at: now)
            }
        }
    }

    private mutating func claim(_ template: TagTemplate, for entry: BuildEntry, _ source: SourceState?, at now: Moment)
    {
        guard source != nil || !template.varies else { return }
        let facts = TagTemplate.Facts(
            commit: source?.commit.id.description ?? "",
            branch: source?.branch ?? entry.branch?.description ?? "",
            gitTag: entry.gitTag?.description,
            date: now.date
        )
        guard let tag = try? template.filled(with: facts) else { return }
        let place = Destination(repository: entry.name, tag: tag)
        guard let owner = owners[place] else {
            owners[place] = Owner(entry)
            return
        }
        guard owner.id != .build(entry.key) else { return }
        rivalry[.build(entry.key)] = sentence(on: place, owner, entry)
    }

    private func sentence(on place: Destination, _ owner: Owner, _ entry: BuildEntry) -> String {
        if let other = owner.entry, let name = other.gitTag, let own = entry.gitTag, other.listedKey == entry.listedKey
        {
            return "git tags \(quoted(name.description)) and \(quoted(own.description)) both become \(place); "
                + "rename one of them, or narrow \"gitTags\""
        }
        return "\(place) is already what \(quoted(owner.name)) puts into the registry; "
            + "give one of them another name or tag"
    }
}

extension BuildEntry {
    /// Whether the git tag has characters that a tag may not have.
    fileprivate var isRenamed: Bool { gitTag.map { (try? Tag($0.description)) == nil } ?? false }
}
