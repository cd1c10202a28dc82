@testable import Reconciler

extension RegistryClient {
    /// Puts an index of one image a platform (`linux/arm64/v8`), each with an attestation if `attests`.
    @discardableResult
    func putIndex(
        _ image: ImageReference,
        _ platforms: [String],
        layer: String = "x",
        attests: Bool = false
    ) async throws -> Manifest {
        let bare = ImageReference(registry: image.registry, repository: image.repository)
        var (images, attestations): ([String], [String]) = ([], [])
        for platform in platforms {
            let parts = platform.split(separator: "/")
            let manifest = try await putImage(bare, layers: [layer + platform])
            let variant = parts.count > 2 ? #","variant":"\#(parts[2])""# : ""
            images.append(
                entry(manifest, #""platform":{"os":"\#(parts[0])","architecture":"\#(parts[1])"\#(variant)}"#)
            )
            guard attests else { continue }
            let attestation = try await putImage(bare, layers: ["provenance of \(layer) \(platform)"])
            attestations.append(
                entry(
                    attestation,
                    #""platform":{"os":"unknown","architecture":"unknown"},"annotations":{"#
                        + #""vnd.docker.reference.type":"attestation-manifest","#
                        + #""vnd.docker.reference.digest":"\#(manifest.digest)"}"#
                )
            )
        }
        let entries = (images + attestations).joined(separator: ",\n  ")
        let text = "{\"schemaVersion\": 2, \"mediaType\": \"\(MediaType.ociIndex)\",\n \"manifests\": [\n  \(entries)]}"
        let index = Manifest(bytes: Array(text.utf8), mediaType: MediaType.ociIndex)
        try await put(index, as: image)
        return index
    }

    /// Puts a signature of `subject` as cosign and notation do: without a tag, or under cosign's.
    @discardableResult
    func putReferrer(
        of subject: Manifest,
        _ text: String,
        in image: ImageReference,
        tag: String? = nil
    ) async throws
        -> Manifest
    {
        let bare = ImageReference(registry: image.registry, repository: image.repository)
        let blob = Array(text.utf8)
        for bytes in [blob, Array("{}".utf8)] {
            try await upload(bytes, as: .of(bytes), into: ImageRepository(of: bare))
        }
        let json = """
            {"schemaVersion":2,"mediaType":"\(MediaType.ociManifest)","artifactType":"application/x.signature",\
            "config":{"mediaType":"application/vnd.oci.empty.v1+json","size":2,"digest":"\(Digest.of("{}".utf8))"},\
            "layers":[{"mediaType":"text/plain","size":\(blob.count),"digest":"\(Digest.of(blob))"}],\
            "subject":{"mediaType":"\(subject.mediaType)","size":\(subject.bytes.count),"digest":"\(subject.digest)"}}
            """
        let manifest = Manifest(bytes: Array(json.utf8), mediaType: MediaType.ociManifest)
        try await put(manifest, as: try tag.map { bare.tagged(try Reconciler.Tag($0)) } ?? bare)
        return manifest
    }

    /// Puts the index of the fallback tag, listing these referrers.
    func putFallback(of subject: Manifest, _ referrers: [Manifest], in image: ImageReference) async throws {
        let entries = referrers.map { entry($0, #""artifactType":"application/x.signature""#) }.joined(separator: ",")
        let text = #"{"schemaVersion":2,"mediaType":"\#(MediaType.ociIndex)","manifests":[\#(entries)]}"#
        let tag = try Referrers.fallbackTag(of: subject.digest)
        try await put(Manifest(bytes: Array(text.utf8), mediaType: MediaType.ociIndex), as: image.tagged(tag))
    }

    /// The digests that an index in the registry lists.
    func entries(of image: ImageReference) async throws -> [Digest] {
        try ManifestContent(try await manifest(image)).images.map(\.manifest.digest)
    }
}

private func entry(_ manifest: Manifest, _ more: String) -> String {
    #"{"mediaType":"\#(manifest.mediaType)","size":\#(manifest.bytes.count),"digest":"\#(manifest.digest)",\#(more)}"#
}
