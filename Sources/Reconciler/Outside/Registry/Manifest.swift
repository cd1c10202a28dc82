/// What a registry says of a manifest without sending it.
struct ManifestDescriptor: Hashable, Sendable {
    let digest: Digest
    let mediaType: String
    /// In bytes.
    let size: Int64
}

/// A manifest or index as it came, byte for byte, with the digest of exactly these bytes.
struct Manifest: Hashable, Sendable {
    let bytes: [UInt8]
    let mediaType: String
    let digest: Digest

    init(bytes: [UInt8], mediaType: String) {
        self.bytes = bytes
        self.mediaType = mediaType
        digest = .of(bytes)
    }

    var descriptor: ManifestDescriptor {
        ManifestDescriptor(digest: digest, mediaType: mediaType, size: Int64(bytes.count))
    }
}

/// The media types of what this program reads (OCI image specification, "Media Types"; Docker image manifest v2.2).
enum MediaType {
    static let ociManifest = "application/vnd.oci.image.manifest.v1+json"
    static let ociIndex = "application/vnd.oci.image.index.v1+json"
    static let dockerManifest = "application/vnd.docker.distribution.manifest.v2+json"
    static let dockerList = "application/vnd.docker.distribution.manifest.list.v2+json"
    /// The configs of what can run, and so has a platform.
    static let imageConfigs = [
        "application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json",
    ]
    /// `Accept` of every question for a manifest.
    static let accepted = [ociIndex, dockerList, ociManifest, dockerManifest].joined(separator: ", ")

    static func isIndex(_ type: String) -> Bool { type == ociIndex || type == dockerList }

    /// The type alone: lower case, without parameters such as `; charset=utf-8` (RFC 9110 section 8.3.1).
    static func essence(_ header: String) -> String {
        String(header.prefix { $0 != ";" && $0 != " " }).lowercased()
    }
}
