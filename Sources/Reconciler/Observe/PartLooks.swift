/// An image that stands in the kept registry and is looked into.
struct PlacedImage: Sendable {
    let id: ImageID
    /// Where it is, by digest.
    let place: ImageReference
    /// Whether its config and layers are asked for too, and not only the images of an index.
    let withBlobs: Bool
}

extension RegistryLooks {
    /// What the registry has lost of each image: manifests and blobs; a blob that several images share is asked for once.
    ///
    /// Blobs are asked for their first byte, because a registry that lost one may go on saying from its cache that it
    /// is there.
    func lost(of images: [PlacedImage]) async -> [ImageID: Observed<[Digest]>] {
        let found = await sideBySide(images, atMost: Self.width) { image in (image, await parts(of: image)) }
        var blobs: [HeldBlob: BlobDescriptor] = [:]
        for (image, parts) in found {
            for blob in parts.value?.blobs ?? [] { blobs[HeldBlob(image.place.repository, blob.digest)] = blob }
        }
        let answers = await sideBySide(Array(blobs), atMost: Self.width) { blob, descriptor in
            (blob, await serves(descriptor, in: ImageRepository(host, blob.repository)))
        }
        let served = Dictionary(answers) { first, _ in first }
        var lost: [ImageID: Observed<[Digest]>] = [:]
        for (image, parts) in found {
            lost[image.id] = parts.flatMap { parts in
                parts.lost(served: { served[HeldBlob(image.place.repository, $0)] ?? .present(true) })
            }
        }
        return lost
    }

    private func parts(of image: PlacedImage) async -> Observed<ImageParts> {
        await watch.looking(at: host.description) { await partsNow(of: image) }
    }

    private func partsNow(of image: PlacedImage) async -> Observed<ImageParts> {
        do throws(RegistryError) {
            return .present(try await parts(of: image.place, withBlobs: image.withBlobs))
        } catch {
            return .unknown(error.description)
        }
    }

    /// What an image is made of; an image of an index that is not there is lost, the image itself an error.
    func parts(of image: ImageReference, withBlobs: Bool) async throws(RegistryError) -> ImageParts {
        var parts = ImageParts()
        switch try content(of: try await client.manifest(image), at: image) {
        case .image(let config, let layers):
            if withBlobs { parts.blobs = ([config] + layers).filter { !$0.isForeign } }
        case .index(let children):
            for child in children {
                do throws(RegistryError) {
                    parts.add(try await self.parts(of: child, at: image, withBlobs: withBlobs))
                } catch {
                    guard error.kind == .notFound else { throw error }
                    parts.lost.append(child.manifest.digest)
                }
            }
        }
        return parts
    }

    private func parts(
        of child: ChildDescriptor,
        at index: ImageReference,
        withBlobs: Bool
    ) async throws(RegistryError) -> ImageParts {
        let place = index.pinned(to: child.manifest.digest)
        if withBlobs || MediaType.isIndex(child.manifest.mediaType) {
            return try await parts(of: place, withBlobs: withBlobs)
        }
        _ = try await client.descriptor(of: place)
        return ImageParts()
    }

    private func serves(_ blob: BlobDescriptor, in repository: ImageRepository) async -> Observed<Bool> {
        do throws(RegistryError) {
            return .present(try await client.serves(blob, in: repository))
        } catch {
            return .unknown(error.description)
        }
    }
}

/// A blob of a repository of the kept registry.
private struct HeldBlob: Hashable {
    let repository: RepositoryName
    let digest: Digest

    init(_ repository: RepositoryName, _ digest: Digest) {
        self.repository = repository
        self.digest = digest
    }
}

/// What an image is made of.
struct ImageParts {
    /// The manifests that are not there.
    var lost: [Digest] = []
    var blobs: [BlobDescriptor] = []

    fileprivate mutating func add(_ other: ImageParts) {
        lost += other.lost
        blobs += other.blobs
    }

    /// What of it is lost, given whether each blob is there; unknown if one could not be asked for.
    fileprivate func lost(served: (Digest) -> Observed<Bool>) -> Observed<[Digest]> {
        var lost = lost
        for blob in blobs {
            switch served(blob.digest) {
            case .present(true): continue
            case .present(false), .absent: lost.append(blob.digest)
            case .unknown(let why): return .unknown(why)
            }
        }
        return .present(lost)
    }
}
