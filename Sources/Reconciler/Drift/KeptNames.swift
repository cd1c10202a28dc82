/// The names by which Dockerfiles may mean images that are kept here: by this registry's name, the name people pull by,
/// and for mirrored images the upstream's.
struct KeptNames: Sendable {
    /// What an image of a `FROM` line is.
    enum Base: Hashable, Sendable {
        case kept(ImageID, Destination)
        /// Nothing here keeps it, or the entry that does is paused.
        case elsewhere(ImageReference)
    }

    private let registry: RegistryHost
    private let publicName: RegistryHost
    private var landed: [Destination: ImageID] = [:]
    /// Where the tags of each upstream repository land.
    private var mirrored: [ImageReference: [Tag: RepositoryName]] = [:]

    init(_ desired: Desired, _ mirrors: [MirroredTag], registry: RegistryHost, publicName: RegistryHost) {
        self.registry = registry
        self.publicName = publicName
        // Nobody would ask, and mirrored tags may be many.
        if desired.builds.isEmpty { return }
        for mirror in mirrors where !mirror.entry.isPaused {
            landed[mirror.destination] = mirror.id
            // What is pinned by digest stands for one manifest, whatever the tag is upstream.
            mirrored[mirror.entry.upstream, default: [:]][mirror.tag] = mirror.entry.landing
        }
        for entry in desired.builds where !entry.isPaused {
            for tag in entry.steadyTags { landed[Destination(repository: entry.name, tag: tag)] = .build(entry.key) }
        }
    }

    /// What `image` is, which has a tag.
    func base(_ image: ImageReference) -> Base {
        guard let tag = image.tag else { return .elsewhere(image) }
        if let landing = mirrored[ImageReference(registry: image.registry, repository: image.repository)]?[tag] {
            return .kept(.mirror(landing, tag), Destination(repository: landing, tag: tag))
        }
        guard isHere(image.registry) else { return .elsewhere(image) }
        let destination = Destination(repository: image.repository, tag: tag)
        return landed[destination].map { .kept($0, destination) } ?? .elsewhere(ImageReference(registry, destination))
    }

    /// Whether `image`, which has a tag, is one of those that are kept here.
    func keeps(_ image: ImageReference) -> Bool {
        guard case .kept = base(image) else { return false }
        return true
    }

    /// Where a builder is to get `image` from.
    ///
    /// One that is elsewhere knows this registry by its public name alone.
    func buildBase(_ image: ImageReference, isElsewhere: Bool) -> BuildBase {
        let location =
            switch base(image) {
            case .kept(_, let destination): ImageReference(isElsewhere ? publicName : registry, destination)
            case .elsewhere(let image): image
            }
        return BuildBase(name: image.familiar, location: location.description)
    }

    /// Whether a host means the kept registry; the names of this machine are one.
    private func isHere(_ host: RegistryHost) -> Bool {
        if host == registry || host == publicName { return true }
        return host.isLoopback && registry.isLoopback && host.port == registry.port
    }
}
