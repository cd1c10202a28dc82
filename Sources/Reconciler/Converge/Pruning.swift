/// How a leftover tag stands in the registry.
enum LeftoverStanding: Sendable, Equatable {
    /// It is where it was put; `size` is that of the manifest.
    case asPushed
    /// A prune that was cut short had already moved it to an empty manifest.
    case emptied
    case gone
    /// Somebody has pushed something else there.
    case foreign(Digest)
    /// The look failed.
    case unknown(String)
}

extension KeptRegistry {
    /// How the tag stands now.
    func standing(of leftover: Prunable.Leftover) async -> LeftoverStanding {
        let image = image(leftover.tag.repository, leftover.tag.tag)
        switch await client.head(image) {
        case .absent: return .gone
        case .unknown(let why): return .unknown(why)
        case .present(let found) where found.digest == leftover.digest: return .asPushed
        case .present(let found):
            guard found.size <= EmptyManifest.largest else { return .foreign(found.digest) }
            do throws(RegistryError) {
                return EmptyManifest.isOne(try await client.manifest(image)) ? .emptied : .foreign(found.digest)
            } catch {
                return .unknown(error.description)
            }
        }
    }

    /// Throws unless manifests can be deleted from the repository; no tag is touched.
    func checkDeletion(from repository: RepositoryName) async throws(RegistryError) {
        let empty = try await putEmpty(in: repository, under: nil)
        try await client.delete(empty.digest, from: self.repository(repository))
    }

    /// Deletes one tag, and leaves the others on its manifest alone.
    ///
    /// The protocol deletes by digest, with every tag on it, so the tag is moved to an empty manifest of its own first.
    /// Where that cannot be deleted, the tag is put back.
    func untag(_ leftover: Prunable.Leftover) async throws(RegistryError) {
        let (repository, tag) = (leftover.tag.repository, leftover.tag.tag)
        let former = try await formerManifest(leftover)
        let empty = try await putEmpty(in: repository, under: tag)
        do throws(RegistryError) {
            try await client.delete(empty.digest, from: self.repository(repository))
        } catch {
            if let former { try? await client.put(former, as: image(repository, tag)) }
            throw error
        }
        guard case .present(let found) = await client.head(image(repository, tag)) else { return }
        throw RegistryError(
            kind: .refused,
            verb: "HEAD",
            url: image(repository, tag).description,
            status: 200,
            detail: "still holds \(found.digest.short) after \(empty.digest.short) was deleted",
            hint: "this registry keeps tags of deleted manifests; delete the tag with its own tools"
        )
    }

    /// What stood under the tag, to be put back if need be; nil if the registry does not have it any more.
    private func formerManifest(_ leftover: Prunable.Leftover) async throws(RegistryError) -> Manifest? {
        do throws(RegistryError) {
            return try await client.manifest(image(leftover.tag.repository, leftover.digest))
        } catch {
            guard error.kind == .notFound else { throw error }
            return nil
        }
    }

    private func putEmpty(in repository: RepositoryName, under tag: Tag?) async throws(RegistryError) -> Manifest {
        let empty = EmptyManifest.make()
        let content = EmptyManifest.content
        try await client.upload(content, as: .of(content), into: self.repository(repository))
        try await client.put(
            empty,
            as: tag.map { image(repository, $0) } ?? image(repository, empty.digest)
        )
        return empty
    }
}

/// An image manifest with nothing in it that no other tag stands on (OCI image specification, "Guidance for an Empty
/// Descriptor").
enum EmptyManifest {
    /// Whatever is larger is none, in bytes.
    static let largest: Int64 = 2_000
    static let content = Array("{}".utf8)
    private static let type = "application/vnd.reconcile.pruned"

    /// Makes one with a digest of its own.
    static func make() -> Manifest {
        let empty = JSON(members: [
            ("mediaType", "application/vnd.oci.empty.v1+json"), ("digest", .string(Digest.of(content))),
            ("size", .number(content.count)),
        ])
        let mark = hexadecimal((0..<16).map { _ in UInt8.random(in: 0...255) })
        let json = JSON(members: [
            ("schemaVersion", 2), ("mediaType", .string(MediaType.ociManifest)), ("artifactType", .string(type)),
            ("config", empty), ("layers", .list([empty])),
            ("annotations", JSON(members: [("vnd.reconcile.pruned", .string(mark))])),
        ])
        return Manifest(bytes: Array(json.compact.utf8), mediaType: MediaType.ociManifest)
    }

    /// Whether the manifest is one that `make` has made.
    static func isOne(_ manifest: Manifest) -> Bool {
        (try? JSONReader.read(manifest.bytes))?["artifactType"]?.string == type
    }
}
