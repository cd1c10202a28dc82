extension DemoSite {
    /// Pushes an image for one platform whose only file holds `text`.
    func publish(_ text: String, as image: ImageReference) async throws -> Digest {
        let manifest = try await upload(text, "amd64", to: image)
        try await client.put(manifest, as: image)
        return manifest.digest
    }

    /// Pushes an index of two platforms.
    func publishIndex(_ text: String, as image: ImageReference) async throws -> Digest {
        var children: [JSON] = []
        for architecture in ["amd64", "arm64"] {
            let child = try await upload("\(text) on \(architecture)", architecture, to: image)
            try await client.put(child, as: image.pinned(to: child.digest))
            let platform = JSON(members: [("os", "linux"), ("architecture", .string(architecture))])
            children.append(descriptor(of: child.bytes, child.mediaType, platform))
        }
        let index = Manifest(
            JSON(members: [
                ("schemaVersion", 2), ("mediaType", .string(MediaType.ociIndex)), ("manifests", .list(children)),
            ]),
            MediaType.ociIndex
        )
        try await client.put(index, as: image)
        return index.digest
    }

    /// Sends config and layer, and returns the manifest.
    private func upload(_ text: String, _ architecture: String, to image: ImageReference) async throws -> Manifest {
        let layer = tar("hello.txt", Array((text + "\n").utf8))
        let files = JSON(members: [("type", "layers"), ("diff_ids", .list([.string(Digest.of(layer))]))])
        let facts = JSON(members: [("architecture", .string(architecture)), ("os", "linux"), ("rootfs", files)])
        let config = Array(facts.compact.utf8)
        for blob in [config, layer] { try await client.upload(blob, as: .of(blob), into: ImageRepository(of: image)) }
        return Manifest(
            JSON(members: [
                ("schemaVersion", 2), ("mediaType", .string(MediaType.ociManifest)),
                ("config", descriptor(of: config, "application/vnd.oci.image.config.v1+json")),
                ("layers", .list([descriptor(of: layer, "application/vnd.oci.image.layer.v1.tar")])),
            ]),
            MediaType.ociManifest
        )
    }
}

extension Manifest {
    fileprivate init(_ json: JSON, _ type: String) { self.init(bytes: Array(json.compact.utf8), mediaType: type) }
}

private func descriptor(of bytes: [UInt8], _ type: String, _ platform: JSON? = nil) -> JSON {
    JSON(members: [
        ("mediaType", .string(type)), ("size", .number(bytes.count)), ("digest", .string(Digest.of(bytes))),
        ("platform", platform),
    ])
}

/// A tar file with one file in it (POSIX.1, pax, "ustar Interchange Format").
private func tar(_ name: String, _ content: [UInt8]) -> [UInt8] {
    func octal(_ number: Int, _ width: Int) -> [UInt8] {
        let digits = String(number, radix: 8)
        return Array((String(repeating: "0", count: width - digits.count) + digits).utf8) + [0]
    }
    func padded(_ bytes: [UInt8], _ size: Int) -> [UInt8] { bytes + [UInt8](repeating: 0, count: size - bytes.count) }
    let before =
        padded(Array(name.utf8), 100) + octal(0o644, 7) + octal(0, 7) + octal(0, 7)
        + octal(content.count, 11) + octal(0, 11)
    let after = padded(Array("0".utf8), 101) + Array("ustar\u{0}00".utf8)
    // The sum is taken with spaces in its own place.
    let sum = (before + after).reduce(8 * 32) { $0 + Int($1) }
    let header = padded(before + octal(sum, 6) + [32] + after, 512)
    return padded(header + content, 512 + (content.count + 511) / 512 * 512 + 1_024)
}
