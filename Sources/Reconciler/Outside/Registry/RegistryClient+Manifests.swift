extension RegistryClient {
    private static let manifestLimit = 4 << 20

    /// Looks at a manifest without loading it; a failed look is `unknown`.
    func head(_ image: ImageReference) async -> Observed<ManifestDescriptor> {
        do throws(RegistryError) {
            return .present(try await descriptor(of: image))
        } catch {
            return error.kind == .notFound ? .absent : .unknown(error.description)
        }
    }

    /// What the registry says of a manifest; one that does not say enough is asked for the bytes, which are hashed.
    func descriptor(of image: ImageReference) async throws(RegistryError) -> ManifestDescriptor {
        let call = manifestCall(.head, image)
        let response = try await answer(to: call)
        guard let digest = response.contentDigest,
            let size = response.headers["Content-Length"].flatMap(Int64.init), size >= 0,
            let type = response.headers["Content-Type"].map(MediaType.essence), !type.isEmpty
        else {
            return try await pulledDescriptor(of: image)
        }
        guard image.digest ?? digest == digest else {
            throw RegistryError(.refused, call, status: 200, "the registry answers with \(digest.short) instead")
        }
        return ManifestDescriptor(digest: digest, mediaType: type, size: size)
    }

    /// Loads a manifest and hashes it; what does not hash to the digest asked for or announced is refused.
    func manifest(_ image: ImageReference) async throws(RegistryError) -> Manifest {
        let call = manifestCall(.get, image)
        let response = try await answer(to: call)
        let type = MediaType.essence(response.headers["Content-Type"] ?? "")
        let manifest = Manifest(bytes: response.body, mediaType: type)
        for expected in [image.digest, response.contentDigest] {
            guard expected ?? manifest.digest == manifest.digest else {
                let seen = "the bytes hash to \(manifest.digest.short), not to \(expected?.short ?? "")"
                throw RegistryError(.refused, call, status: response.status, seen)
            }
        }
        return manifest
    }

    /// Puts a manifest under the tag of `image`, or under its own digest if there is none.
    ///
    /// The registry must hold everything it points to, and checks the digest itself.
    func put(_ manifest: Manifest, as image: ImageReference) async throws(RegistryError) {
        let selector = image.tag?.description ?? manifest.digest.description
        var call = RegistryCall(
            .put,
            ImageRepository(of: image),
            "manifests/\(selector)",
            scopes: [.push(image.repository)]
        )
        call.headers = [HTTPRequest.Header(name: "Content-Type", value: manifest.mediaType)]
        call.body = .bytes(manifest.bytes)
        let response: HTTPResponse
        do throws(RegistryError) {
            response = try await answer(to: call)
        } catch {
            throw manifest.leadsElsewhere ? error.refusingURLs(call) : error
        }
        if let stored = response.contentDigest, stored != manifest.digest {
            throw RegistryError(
                .refused,
                call,
                status: response.status,
                "stored as \(stored.short), not \(manifest.digest.short)"
            )
        }
    }

    /// Deletes a manifest, and with it every tag on it (the protocol deletes by digest).
    func delete(_ digest: Digest, from repository: ImageRepository) async throws(RegistryError) {
        let call = RegistryCall(.delete, repository, "manifests/\(digest)", scopes: [.delete(repository.name)])
        _ = try await answer(to: call)
    }

    private func manifestCall(_ method: HTTPRequest.Method, _ image: ImageReference) -> RegistryCall {
        let path = "manifests/\(image.selector)"
        var call = RegistryCall(method, ImageRepository(of: image), path, scopes: [.pull(image.repository)])
        call.headers = [HTTPRequest.Header(name: "Accept", value: MediaType.accepted)]
        call.reception = .kept(upTo: Self.manifestLimit)
        return call
    }
}

extension Manifest {
    /// Whether it says of a layer where else that may be had.
    fileprivate var leadsElsewhere: Bool {
        guard case .image(_, let layers)? = try? ManifestContent(self) else { return false }
        return layers.contains { !$0.urls.isEmpty }
    }
}

extension RegistryError {
    /// The same failure, with what to do about it: distribution refuses foreign layers, by default and with status 500.
    fileprivate func refusingURLs(_ call: RegistryCall) -> RegistryError {
        guard status == 400 || status == 500 else { return self }
        let hint =
            "it has layers with \"urls\"; let the registry take them: validation.manifests.urls.allow in its configuration"
        return RegistryError(kind: .refused, verb: verb, url: url, status: status, detail: detail, hint: hint)
    }
}

extension HTTPResponse {
    /// The digest that the registry states, nil if it is missing or no digest.
    fileprivate var contentDigest: Digest? { headers["Docker-Content-Digest"].flatMap { try? Digest($0) } }
}
