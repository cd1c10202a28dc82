import Glibc

extension ImageLayout {
    /// A manifest or index of the layout.
    func manifest(_ digest: Digest) throws -> Manifest {
        let bytes = try readFile(blob(digest), atMost: 4 << 20)
        let json = try JSONReader.read(bytes)
        let usual = json["manifests"] == nil ? MediaType.ociManifest : MediaType.ociIndex
        let manifest = Manifest(bytes: bytes, mediaType: json["mediaType"]?.string ?? usual)
        guard manifest.digest == digest else { throw Malformed("\(blob(digest)) has other bytes than its name says") }
        return manifest
    }

    /// What the images of the layout are, by platform.
    func essence(of digest: Digest) throws -> [String: ImageEssence] {
        switch try ManifestContent(try manifest(digest)) {
        case .image(let config, _):
            let image = try JSONReader.read(try readFile(blob(config.digest), atMost: 8 << 20))
            return ImageEssence(image).map { ["": $0] } ?? [:]
        case .index(let children):
            let images = try children.filter { !$0.isAttestation }.compactMap { child in
                try essence(of: child.manifest.digest)[""].map { (child.platformText, $0) }
            }
            return Dictionary(images) { first, _ in first }
        }
    }

    /// The image or index that `index.json` names, without what BuildKit tells of the build itself, which differs from
    /// run to run; a single image that is left stands for itself.
    func withoutAttestations() throws -> Digest {
        let index = try JSONReader.read(try readFile(folder + "/index.json", atMost: 4 << 20))
        guard let digest = try index["manifests"]?.array?.first?["digest"]?.string.map({ try Digest($0) }) else {
            throw BuilderFault("\(folder)/index.json names no manifest")
        }
        let manifest = try manifest(digest)
        guard case .index(let children) = try ManifestContent(manifest) else { return digest }
        let images = children.filter { !$0.isAttestation }
        if images.count == 1 { return images[0].manifest.digest }
        if images.count == children.count { return digest }
        return try write(index: images, type: manifest.mediaType)
    }

    /// Takes in the images of other layouts, each for its platform, and returns the index of them all.
    func join(_ images: [(platform: Platform, folder: String, manifest: Digest)]) throws -> Digest {
        try createFolder(folder + "/blobs/sha256")
        var type = MediaType.ociIndex
        var children: [ChildDescriptor] = []
        for image in images {
            let other = ImageLayout(image.folder)
            let manifest = try other.manifest(image.manifest)
            if manifest.mediaType == MediaType.dockerManifest { type = MediaType.dockerList }
            let platform = ChildDescriptor.Platform(
                os: image.platform.os,
                architecture: image.platform.architecture,
                variant: image.platform.variant
            )
            children.append(ChildDescriptor(manifest: manifest.descriptor, platform: platform, annotations: [:]))
            for name in try listFolder(other.folder + "/blobs/sha256") {
                let (from, to) = ("\(other.folder)/blobs/sha256/\(name)", "\(folder)/blobs/sha256/\(name)")
                guard rename(from, to) == 0 else { throw FileFault("rename", from) }
            }
        }
        return try write(index: children, type: type)
    }

    private func write(index children: [ChildDescriptor], type: String) throws -> Digest {
        let manifests = children.map { child in
            let platform = child.platform.map { platform in
                JSON(members: [
                    ("architecture", .string(platform.architecture)), ("os", .string(platform.os)),
                    ("variant", platform.variant.map { .string($0) }),
                ])
            }
            return JSON(members: [
                ("mediaType", .string(child.manifest.mediaType)), ("size", .number(Int(child.manifest.size))),
                ("digest", .string(child.manifest.digest)), ("platform", platform),
            ])
        }
        let json = JSON(members: [
            ("schemaVersion", 2), ("mediaType", .string(type)), ("manifests", .list(manifests)),
        ])
        let bytes = Array(json.compact.utf8)
        try writeFile(blob(.of(bytes)), bytes)
        return .of(bytes)
    }
}
