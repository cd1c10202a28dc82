/// The registry that is kept in line: how images get into it.
struct KeptRegistry: Sendable {
    let host: RegistryHost
    let client: RegistryClient
    let ledger: BlobLedger
    /// The bytes of the images that were put lately.
    let sizes = ImageSizes()

    init(host: RegistryHost, client: RegistryClient, ledger: BlobLedger = BlobLedger()) {
        self.host = host
        self.client = client
        self.ledger = ledger
    }

    /// The same registry at the start of another pass, when nothing is known of its blobs.
    var atPassStart: KeptRegistry { KeptRegistry(host: host, client: client) }

    func image(_ repository: RepositoryName, _ tag: Tag) -> ImageReference {
        ImageReference(registry: host, repository: repository, tag: tag)
    }

    func image(_ repository: RepositoryName, _ digest: Digest) -> ImageReference {
        ImageReference(registry: host, repository: repository, digest: digest)
    }

    /// The manifest of that digest, if the repository has it and gives it; the upstream has it in any case.
    func kept(_ digest: Digest, in repository: RepositoryName) async -> Manifest? {
        try? await client.manifest(image(repository, digest))
    }

    /// Whether the repository says that it has the manifest.
    func holds(_ digest: Digest, in repository: RepositoryName) async -> Bool {
        await client.head(image(repository, digest)).value != nil
    }

    func repository(_ name: RepositoryName) -> ImageRepository { ImageRepository(host, name) }

    /// Makes sure that `repository` holds the blob; `upload` sends it into the session when no mount will do.
    ///
    /// The first question is a mount in any case, even from the repository itself: it costs one request and answers
    /// both whether the blob is there and where to send it if not.
    func placeBlob(
        _ blob: BlobDescriptor,
        in repository: RepositoryName,
        from origin: RegistryHost? = nil,
        upload: @Sendable (UploadSession) async throws(RegistryError) -> Void
    ) async throws(RegistryError) {
        try await ledger.place(blob.digest, in: repository, from: origin) { elsewhere async throws(RegistryError) in
            let target = self.repository(repository)
            switch try await client.mount(blob.digest, from: elsewhere ?? repository, into: target) {
            case .needsUpload(let session): return try await upload(session)
            case .mounted: break
            }
            // What this pass has seen to is there. Of all else the registry's word is not enough, but an upload
            // brings it back.
            guard elsewhere == nil, try await !client.serves(blob, in: target) else { return }
            try await upload(try await client.beginUpload(into: target))
            guard try await client.serves(blob, in: target) else {
                throw stale("GET", "\(target)@\(blob.digest)", "it took the blob and does not have it")
            }
        }
    }

    /// Puts a manifest whose parts are all there under `tags`, one after the other.
    func tag(_ manifest: Manifest, _ repository: RepositoryName, _ tags: [Tag]) async throws(RegistryError) {
        for tag in tags { try await put(manifest, as: image(repository, tag)) }
    }

    /// Puts a manifest whose parts are all there, and asks for it once afterwards.
    ///
    /// A registry that was garbage-collected while it ran may say yes to everything and keep nothing.
    func put(_ manifest: Manifest, as image: ImageReference) async throws(RegistryError) {
        try await client.put(manifest, as: image)
        let place = image.description
        let stored: Digest
        do throws(RegistryError) {
            stored = try await client.descriptor(of: image).digest
        } catch {
            guard error.kind == .notFound else { throw error }
            throw stale("HEAD", place, "it took \(manifest.digest.short) and does not have it")
        }
        sizes.note(manifest)
        guard stored == manifest.digest else {
            let seen = "holds \(stored.short) just after \(manifest.digest.short) was put there"
            throw stale("HEAD", place, seen, "if nobody else pushes there, ")
        }
    }

    private func stale(_ verb: String, _ place: String, _ seen: String, _ condition: String = "") -> RegistryError {
        RegistryError(
            kind: .transient(retryAfter: nil),
            verb: verb,
            url: place,
            status: nil,
            detail: seen,
            hint: condition + "restart the registry: its cache is stale"
        )
    }
}
