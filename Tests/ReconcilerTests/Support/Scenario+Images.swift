@testable import Reconciler

extension Scenario {
    /// Puts an image that can really be pulled into the upstream registry; its one layer holds `text` in a file.
    @discardableResult
    func publish(_ name: String, _ text: String, architecture: String = "amd64") async throws -> Manifest {
        let image = try upstream.image(name)
        let manifest = try await image.upload(text, architecture, client)
        try await client.put(manifest, as: image)
        return manifest
    }

    /// Puts an index of two platforms into the upstream registry.
    @discardableResult
    func publishIndex(_ name: String, _ text: String) async throws -> Manifest {
        let image = try upstream.image(name)
        var children: [JSON] = []
        for architecture in ["amd64", "arm64"] {
            let child = try await image.upload("\(text) for \(architecture)", architecture, client)
            let digest = ImageReference(
                registry: image.registry,
                repository: image.repository,
                digest: child.digest
            )
            try await client.put(child, as: digest)
            let platform = JSON(members: [("os", "linux"), ("architecture", .string(architecture))])
            children.append(descriptor(child.mediaType, child.bytes, ("platform", platform)))
        }
        let json = JSON(members: [
            ("schemaVersion", 2), ("mediaType", .string(MediaType.ociIndex)), ("manifests", .list(children)),
        ])
        let index = Manifest(bytes: Array(json.compact.utf8), mediaType: MediaType.ociIndex)
        try await client.put(index, as: image)
        return index
    }
}

extension ImageReference {
    /// Sends the blobs of an image and returns its manifest.
    fileprivate func upload(
        _ text: String,
        _ architecture: String,
        _ client: RegistryClient
    ) async throws -> Manifest {
        let layer = try await tar(text)
        let layers = JSON(members: [("type", "layers"), ("diff_ids", .list([.string(Digest.of(layer))]))])
        let history: JSON = [JSON(members: [("created_by", "a test")])]
        let config = JSON(members: [
            ("architecture", .string(architecture)), ("os", "linux"), ("rootfs", layers), ("history", history),
        ])
        let blobs = [Array(config.compact.utf8), layer]
        for blob in blobs { try await client.upload(blob, as: .of(blob), into: ImageRepository(of: self)) }
        let json = JSON(members: [
            ("schemaVersion", 2), ("mediaType", .string(MediaType.ociManifest)),
            ("config", descriptor("application/vnd.oci.image.config.v1+json", blobs[0])),
            ("layers", .list([descriptor("application/vnd.oci.image.layer.v1.tar", layer)])),
        ])
        return Manifest(bytes: Array(json.compact.utf8), mediaType: MediaType.ociManifest)
    }
}

private func descriptor(_ type: String, _ bytes: [UInt8], _ more: (String, JSON?)...) -> JSON {
    JSON(
        members: [
            ("mediaType", .string(type)), ("size", .number(bytes.count)), ("digest", .string(Digest.of(bytes))),
        ] + more
    )
}

/// A tar file with `text` in its only file.
private func tar(_ text: String) async throws -> [UInt8] {
    let folder = try TemporaryFolder()
    try folder.write(text, to: "text")
    let command = Command("tar", ["-c", "--mtime=@0", "--owner=0", "--group=0", "-C", folder.path, "text"])
    return try await Children.check(command).bytes
}
