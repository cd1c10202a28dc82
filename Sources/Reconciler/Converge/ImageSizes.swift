import Synchronization

/// The bytes of images whose manifests went into the kept registry in this pass, children before what points to them.
final class ImageSizes: Sendable {
    private let known = Mutex<[Digest: Int64]>([:])

    /// Notes an image by its config and layers, or an index by the images in it, if all of them are known.
    func note(_ manifest: Manifest) {
        guard let content = try? ManifestContent(manifest) else { return }
        known.withLock { known in
            switch content {
            case .image(let config, let layers):
                let blobs = Set(([config] + layers).filter { !$0.isForeign })
                known[manifest.digest] = blobs.reduce(0) { $0 &+ $1.size }
            case .index(let children):
                let sizes = Set(children.map(\.manifest.digest)).map { known[$0] }
                known[manifest.digest] = sizes.contains(nil) ? nil : sizes.reduce(0) { $0 &+ ($1 ?? 0) }
            }
        }
    }

    /// The bytes of an image in all its platforms; nil if it was not put in this pass.
    subscript(digest: Digest) -> Int64? { known.withLock { $0[digest] } }
}
