/// An image as `docker pull` takes it, `[HOST[:PORT]/]NAME[:TAG][@DIGEST]`, with Docker's defaults filled in.
struct ImageReference: Hashable, Sendable, CustomStringConvertible {
    let registry: RegistryHost
    let repository: RepositoryName
    let tag: Tag?
    let digest: Digest?

    init(registry: RegistryHost, repository: RepositoryName, tag: Tag? = nil, digest: Digest? = nil) {
        self.registry = registry
        self.repository = repository
        self.tag = tag
        self.digest = digest
    }

    /// Reads a reference; a first component with a dot or a colon, or `localhost`, is the registry, else Docker Hub is,
    /// where a name of one component stands under `library/` (github.com/distribution/reference, `ParseNormalizedNamed`).
    init(_ text: String) throws(Malformed) {
        let parts = try ReferenceParts(text)
        let first = parts.name.prefix { $0 != "/" }
        let namesRegistry = first.count < parts.name.count && isRegistry(first)
        registry = namesRegistry ? try RegistryHost(String(first)) : .dockerHub
        let path = namesRegistry ? String(parts.name.dropFirst(first.count + 1)) : parts.name
        let name = try RepositoryName(path)
        let isOfficial = registry == .dockerHub && !path.contains("/")
        repository = isOfficial ? try RepositoryName("library/" + path) : name
        tag = parts.tag
        digest = parts.digest
    }

    /// The reference in full, registry first: `docker.io/library/alpine:3.20`.
    var description: String {
        "\(registry)/\(repository)" + (tag.map { ":\($0)" } ?? "") + (digest.map { "@\($0)" } ?? "")
    }

    /// The reference as people write it: Docker Hub's name and its `library/` left out.
    var familiar: String {
        guard registry == .dockerHub else { return description }
        let short = description.dropFirst("docker.io/".count)
        return String(short.hasPrefix("library/") ? short.dropFirst("library/".count) : short)
    }

    func tagged(_ tag: Tag) -> ImageReference {
        ImageReference(registry: registry, repository: repository, tag: tag)
    }

    func pinned(to digest: Digest) -> ImageReference {
        ImageReference(registry: registry, repository: repository, digest: digest)
    }

    /// What the distribution API is asked for under `/manifests/`: the digest, else the tag, else `latest`.
    var selector: String { digest?.description ?? tag?.description ?? "latest" }
}

/// A reference cut at its tag and digest, the name still as it was written.
struct ReferenceParts: Hashable, Sendable {
    let name: String
    let tag: Tag?
    let digest: Digest?

    init(_ text: String) throws(Malformed) {
        var rest = text
        if let at = rest.firstIndex(of: "@") {
            digest = try Digest(String(rest[rest.index(after: at)...]))
            rest = String(rest[..<at])
        } else {
            digest = nil
        }
        let lastComponent = rest.lastIndex(of: "/").map { rest.index(after: $0) } ?? rest.startIndex
        if let colon = rest[lastComponent...].firstIndex(of: ":") {
            tag = try Tag(String(rest[rest.index(after: colon)...]))
            rest = String(rest[..<colon])
        } else {
            tag = nil
        }
        name = rest
    }

    /// The repository under which the name as written lands in another registry; a port's colon becomes `_`.
    func landingRepository() throws(Malformed) -> RepositoryName {
        try RepositoryName(String(name.map { $0 == ":" ? "_" : $0 }))
    }
}

private func isRegistry(_ component: Substring) -> Bool {
    component == "localhost" || component.contains(".") || component.contains(":")
}
