extension KeptRegistry {
    /// Puts a manifest that the registry should still hold under `tags` again; false if it has lost it.
    ///
    /// Registries check a manifest's parts when it is put, so one whose blobs were lost counts as lost too.
    func putBack(_ digest: Digest, in repository: RepositoryName, _ tags: [Tag]) async throws(RegistryError) -> Bool {
        let manifest: Manifest
        do throws(RegistryError) {
            manifest = try await client.manifest(image(repository, digest))
            try await tag(manifest, repository, tags)
            return true
        } catch {
            switch error.kind {
            case .notFound, .refused: return false
            case .cancelled, .rateLimited, .allowanceSpent, .transient, .unauthorized: throw error
            }
        }
    }
}
