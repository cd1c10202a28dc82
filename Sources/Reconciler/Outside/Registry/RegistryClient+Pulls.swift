/// Loading manifests from registries that count it.
extension RegistryClient {
    /// Loads the manifest that `image` is pinned to from an upstream; one that was loaded before costs no pull.
    ///
    /// `isReserved` says that the pull was set aside already.
    func pull(_ image: ImageReference, isReserved: Bool = false) async throws(RegistryError) -> Manifest {
        guard let digest = image.digest else { return try await pullNow(image, isReserved) }
        return try await shelf.manifest(digest, of: image.registry) { () async throws(RegistryError) in
            try await self.pullNow(image, isReserved)
        }
    }

    /// Looks at a manifest that is to be copied next by loading it, so that nobody has to ask for it a second time; where
    /// that counts, or there is no room for it, without.
    func headLoading(_ image: ImageReference) async -> Observed<Digest> {
        guard !limits.countsPulls(image.registry), await shelf.hasRoom else { return await head(image).map(\.digest) }
        do throws(RegistryError) {
            let manifest = try await manifest(image)
            await shelf.keep(manifest)
            return .present(manifest.digest)
        } catch {
            return error.kind == .notFound ? .absent : .unknown(error.description)
        }
    }

    /// What the registry says of a manifest by giving the bytes, where it says too little without.
    func pulledDescriptor(of image: ImageReference) async throws(RegistryError) -> ManifestDescriptor {
        let manifest = try await pullNow(image, false)
        await shelf.keep(manifest)
        return manifest.descriptor
    }

    private func pullNow(_ image: ImageReference, _ isReserved: Bool) async throws(RegistryError) -> Manifest {
        guard !isReserved else { return try await manifest(image) }
        try reserve(1, at: image)
        defer { limits.release(1, at: image.registry) }
        return try await manifest(image)
    }

    /// Sets pulls aside at the registry of `image`, to be given back by `limits.release`.
    func reserve(_ pulls: Int, at image: ImageReference) throws(RegistryError) {
        guard pulls > 0, let refusal = limits.reserve(pulls, at: image.registry) else { return }
        switch refusal {
        case .until(let end):
            let detail = "the last tenth of the pulls that \(image.registry) allows is left alone"
            throw RegistryError(.allowanceSpent(until: end), pulling: image, detail)
        case .never(let most):
            let detail = "it takes \(pulls) pulls at once, and \(image.registry) allows \(most) in a window"
            throw RegistryError(
                .refused,
                pulling: image,
                detail,
                hint: "name fewer \"platforms\", or log in to be allowed more"
            )
        }
    }
}

extension RegistryError {
    fileprivate init(_ kind: Kind, pulling image: ImageReference, _ detail: String, hint: String? = nil) {
        self.init(kind: kind, verb: "GET", url: image.description, status: nil, detail: detail, hint: hint)
    }
}
