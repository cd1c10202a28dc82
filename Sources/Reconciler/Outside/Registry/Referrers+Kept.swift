/// What points to an image, as registries without the referrers API keep it.
extension RegistryClient {
    func fallbackTag(of subject: Digest, in repository: ImageRepository) throws(RegistryError) -> Tag {
        let place = ImageReference(registry: repository.registry, repository: repository.name, digest: subject)
        return try refusing(at: place) { () throws(Malformed) in try Referrers.fallbackTag(of: subject) }
    }

    /// What a repository lists as pointing to `subject`, by either way.
    func entries(of subject: Digest, in repository: ImageRepository) async throws(RegistryError) -> [JSON] {
        if let listed = try await listedReferrers(of: subject, in: repository) { return listed }
        let place = ImageReference(registry: repository.registry, repository: repository.name)
        return try await entries(under: place.tagged(try fallbackTag(of: subject, in: repository)))
    }

    /// The entries of the index under a tag; none if there is no such tag, or somebody put something else there.
    func entries(under image: ImageReference) async throws(RegistryError) -> [JSON] {
        do throws(RegistryError) {
            return try await manifest(image).entries
        } catch {
            guard error.kind == .notFound else { throw error }
            return []
        }
    }
}

extension Manifest {
    /// The entries of an index, as they are written; none in what is no index.
    var entries: [JSON] { (try? JSONReader.read(bytes))?["manifests"]?.array ?? [] }

    /// Whether every layer of `other` is in it, as when somebody has added a signature of their own.
    func holds(layersOf other: Manifest) -> Bool {
        guard case .image(_, let own)? = try? ManifestContent(self),
            case .image(_, let wanted)? = try? ManifestContent(other)
        else { return false }
        return Set(own.map(\.digest)).isSuperset(of: wanted.map(\.digest))
    }
}
