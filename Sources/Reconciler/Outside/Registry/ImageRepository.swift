/// A repository at a registry: what blobs belong to, and manifests apart from their tags.
struct ImageRepository: Hashable, Sendable, CustomStringConvertible {
    let registry: RegistryHost
    let name: RepositoryName

    init(_ registry: RegistryHost, _ name: RepositoryName) {
        self.registry = registry
        self.name = name
    }

    init(of image: ImageReference) { self.init(image.registry, image.repository) }

    var description: String { "\(registry)/\(name)" }
}
