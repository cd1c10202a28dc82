import Glibc

/// An OCI image layout on disk in which one image stands in Docker's format (image manifest version 2, schema 2).
struct ImageLayout {
    let folder: String

    private static let manifestType = "application/vnd.docker.distribution.manifest.v2+json"
    private static let configurationType = "application/vnd.docker.container.image.v1+json"
    private static let layerType = "application/vnd.docker.image.rootfs.diff.tar.gzip"

    init(_ folder: String) { self.folder = folder }

    /// Turns what `dir:` of containers-transports(5) writes (files named by digest, and the manifest) into a layout.
    func adoptDirectory() throws -> Digest {
        let manifest = try readFile(folder + "/manifest.json", atMost: 4 << 20)
        try createFolder(folder + "/blobs/sha256")
        for name in try listFolder(folder) where name.utf8.count == 64 {
            guard rename("\(folder)/\(name)", "\(folder)/blobs/sha256/\(name)") == 0 else {
                throw FileFault("rename", "\(folder)/\(name)")
            }
        }
        for name in ["manifest.json", "version"] { try removeTree("\(folder)/\(name)") }
        return try finish(manifest)
    }

    /// Puts the image's original configuration and a manifest in Docker's format in place of the OCI ones.
    func replaceConfiguration(_ configuration: [UInt8], id: Digest) throws -> Digest {
        guard Digest.of(configuration) == id else {
            throw BuilderFault("the builder shows another configuration than that of image \(id.short)")
        }
        let index = try JSONReader.read(try readFile(folder + "/index.json", atMost: 4 << 20))
        guard let digest = try index["manifests"]?.array?.first?["digest"]?.string.map({ try Digest($0) }) else {
            throw BuilderFault("\(folder)/index.json names no manifest")
        }
        let manifest = try JSONReader.read(try readFile(blob(digest), atMost: 4 << 20))
        let layers = (manifest["layers"]?.array ?? []).map { layer in
            JSON(members: [
                ("mediaType", .string(Self.layerType)), ("size", layer["size"]), ("digest", layer["digest"]),
            ])
        }
        for old in [digest.description, manifest["config"]?["digest"]?.string] {
            if let old = old.flatMap({ try? Digest($0) }) { unlink(blob(old)) }
        }
        try writeFile(blob(id), configuration)
        let entry = JSON(members: [
            ("mediaType", .string(Self.configurationType)), ("size", .number(configuration.count)),
            ("digest", .string(id)),
        ])
        return try finish(
            Array(
                JSON(members: [
                    ("schemaVersion", .number(2)), ("mediaType", .string(Self.manifestType)), ("config", entry),
                    ("layers", .list(layers)),
                ]).compact.utf8
            )
        )
    }

    private func finish(_ manifest: [UInt8]) throws -> Digest {
        let digest = Digest.of(manifest)
        try writeFile(blob(digest), manifest)
        let entry = JSON(members: [
            ("mediaType", .string(Self.manifestType)), ("size", .number(manifest.count)), ("digest", .string(digest)),
        ])
        let index = JSON(members: [("schemaVersion", .number(2)), ("manifests", .list([entry]))])
        try writeFile(folder + "/index.json", Array(index.compact.utf8))
        try writeFile(folder + "/oci-layout", Array("{\"imageLayoutVersion\":\"1.0.0\"}".utf8))
        return digest
    }

    func blob(_ digest: Digest) -> String { "\(folder)/blobs/sha256/\(digest.hex)" }
}
