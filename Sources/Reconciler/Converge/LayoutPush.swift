extension KeptRegistry {
    /// Sends an image or index of an OCI image layout with all that it points to, and puts it under `tags`.
    func push(
        layout folder: String,
        _ digest: Digest,
        to repository: RepositoryName,
        _ tags: [Tag]
    ) async throws {
        let layout = ImageLayout(folder)
        let manifest = try layout.manifest(digest)
        try await send(manifest, of: layout, to: repository)
        try await tag(manifest, repository, tags)
    }

    private func send(_ manifest: Manifest, of layout: ImageLayout, to repository: RepositoryName) async throws {
        switch try ManifestContent(manifest) {
        case .image(let config, let layers):
            for blob in layers + [config] where !blob.isForeign {
                try await placeBlob(blob, in: repository) { session async throws(RegistryError) in
                    try await client.upload(
                        file: layout.blob(blob.digest),
                        size: blob.size,
                        as: blob.digest,
                        into: self.repository(repository),
                        continuing: session
                    )
                }
            }
        case .index(let children):
            for child in children {
                let manifest = try layout.manifest(child.manifest.digest)
                try await send(manifest, of: layout, to: repository)
                try await put(manifest, as: image(repository, manifest.digest))
            }
        }
    }
}
