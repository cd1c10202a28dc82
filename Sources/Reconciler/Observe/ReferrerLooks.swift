extension RegistryLooks {
    /// What the kept registry has lost of the signatures and the like that were copied with images, or does not list.
    ///
    /// Someone else's tool may have written the list anew, or a garbage collection taken what no tag points to.
    func lostReferrers(
        of images: [(ImageID, RepositoryName, ReferrersRecord)]
    ) async -> [ImageID: Observed<[Digest]>] {
        let found = await sideBySide(images, atMost: Self.width) { id, repository, record in
            (id, await lost(of: record, in: ImageRepository(host, repository), withBlobs: isDue(.blobs(id))))
        }
        return Dictionary(found) { first, _ in first }
    }

    private func lost(
        of record: ReferrersRecord,
        in repository: ImageRepository,
        withBlobs: Bool
    ) async -> Observed<[Digest]> {
        let place = ImageReference(registry: repository.registry, repository: repository.name)
        var lost: Set<Digest> = []
        do throws(RegistryError) {
            for (subject, referrers) in record.listed {
                let entries = try await client.entries(of: subject, in: repository)
                let listed = Set(entries.compactMap { $0["digest"]?.string })
                lost.formUnion(referrers.filter { !listed.contains($0.description) })
            }
            for (tag, digest) in record.tagged where try await !stands(digest, under: place.tagged(tag)) {
                lost.insert(digest)
            }
            let held = Set(record.listed.values.joined()).union(record.tagged.values).subtracting(lost)
            for digest in held where try await !isWhole(place.pinned(to: digest), withBlobs: withBlobs) {
                lost.insert(digest)
            }
        } catch {
            return .unknown(error.description)
        }
        return .present(lost.sorted { $0.description < $1.description })
    }

    /// Whether one of cosign's tags holds what was copied, if only among what others have added.
    private func stands(_ digest: Digest, under image: ImageReference) async throws(RegistryError) -> Bool {
        do throws(RegistryError) {
            guard try await client.descriptor(of: image).digest != digest else { return true }
            let copied = try await client.manifest(image.pinned(to: digest))
            return try await client.manifest(image).holds(layersOf: copied)
        } catch {
            guard error.kind == .notFound else { throw error }
            return false
        }
    }

    private func isWhole(_ image: ImageReference, withBlobs: Bool) async throws(RegistryError) -> Bool {
        do throws(RegistryError) {
            let parts = try await parts(of: image, withBlobs: withBlobs)
            guard parts.lost.isEmpty else { return false }
            for blob in parts.blobs where try await !client.serves(blob, in: ImageRepository(of: image)) {
                return false
            }
            return true
        } catch {
            guard error.kind == .notFound else { throw error }
            return false
        }
    }
}
