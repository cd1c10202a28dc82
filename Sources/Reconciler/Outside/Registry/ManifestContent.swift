/// What a manifest points to.
enum ManifestContent: Hashable, Sendable {
    case image(config: BlobDescriptor, layers: [BlobDescriptor])
    case index([ChildDescriptor])
}

/// A config or layer that a manifest points to.
struct BlobDescriptor: Hashable, Sendable {
    let digest: Digest
    let mediaType: String
    /// In bytes.
    let size: Int64
    /// Where else the bytes may be had; only layers that may not be pushed have it.
    let urls: [String]
    /// Whether a registry may lack the layer: Docker, containerd and skopeo do not push those of a foreign type or with
    /// `urls` (Windows base layers).
    let isForeign: Bool

    init(digest: Digest, mediaType: String, size: Int64, urls: [String]) {
        (self.digest, self.mediaType, self.size, self.urls) = (digest, mediaType, size, urls)
        let parts = mediaType.utf8.split(separator: UInt8(ascii: ".")).dropFirst().dropLast()
        isForeign =
            !urls.isEmpty
            || parts.contains { $0.elementsEqual("foreign".utf8) || $0.elementsEqual("nondistributable".utf8) }
    }
}

/// An image, or another index, that an index points to.
struct ChildDescriptor: Hashable, Sendable {
    /// The platform an image is for, as an index words it.
    struct Platform: Hashable, Sendable {
        let os: String
        let architecture: String
        let variant: String?
    }

    let manifest: ManifestDescriptor
    let platform: Platform?
    let annotations: [String: String]
}

extension ManifestContent {
    /// Reads the manifest; throws for what is no manifest, is of the old schema 1, or could be read in two ways.
    init(_ manifest: Manifest) throws(Malformed) {
        let json = try readJSON(manifest.bytes)
        let type = try mediaType(of: json, announced: manifest.mediaType)
        let (isImage, isIndex) = (json["layers"] != nil || json["config"] != nil, json["manifests"] != nil)
        // CVE-2021-41190: a document that is both an image and an index is two things to two readers.
        guard !(isImage && isIndex) else { throw Malformed("the manifest is both an image and an index; not copied") }
        switch type {
        case MediaType.ociIndex, MediaType.dockerList: self = .index(try children(of: json))
        case MediaType.ociManifest, MediaType.dockerManifest: self = try readImage(json)
        default:
            throw Malformed("\(quoted(type)) is no manifest this program knows; it wants an OCI or Docker v2 manifest")
        }
    }
}

private func readJSON(_ bytes: [UInt8]) throws(Malformed) -> JSON {
    do {
        return try JSONReader.read(bytes)
    } catch {
        throw Malformed("the manifest is no valid JSON: \(error.message), at byte \(error.offset)")
    }
}

/// The type that the document states, else the one the registry announced; both must agree if both are manifests' types.
private func mediaType(of json: JSON, announced: String) throws(Malformed) -> String {
    guard json.members != nil else { throw Malformed("the manifest is \(json.kind), not an object") }
    guard json["schemaVersion"]?.int != 1, !announced.hasPrefix("application/vnd.docker.distribution.manifest.v1")
    else {
        throw Malformed(
            "the image has a manifest of Docker's old schema 1; push it again with a Docker from after 2017"
        )
    }
    guard let stated = json["mediaType"]?.string else { return announced }
    let isVague = ["application/json", "text/plain", "application/octet-stream", ""].contains(announced)
    guard isVague || stated == announced else {
        throw Malformed("the manifest says it is \(quoted(stated)), the registry says \(quoted(announced))")
    }
    return stated
}

private func readImage(_ json: JSON) throws(Malformed) -> ManifestContent {
    guard let config = json["config"] else { throw Malformed("the manifest has no config") }
    guard let layers = json["layers"]?.array else { throw Malformed("the manifest has no list of layers") }
    return try .image(
        config: blob(config, at: "config"),
        layers: layers.enumerated().map { item throws(Malformed) in
            try blob(item.element, at: "layer \(item.offset + 1)")
        }
    )
}

private func children(of json: JSON) throws(Malformed) -> [ChildDescriptor] {
    guard let manifests = json["manifests"]?.array else { throw Malformed("the index has no list of manifests") }
    return try manifests.enumerated().map { item throws(Malformed) in
        let child = try blob(item.element, at: "manifest \(item.offset + 1)")
        let platform = item.element["platform"].flatMap(ChildDescriptor.Platform.init)
        return ChildDescriptor(
            manifest: ManifestDescriptor(digest: child.digest, mediaType: child.mediaType, size: child.size),
            platform: platform,
            annotations: annotations(item.element["annotations"])
        )
    }
}

private func blob(_ json: JSON, at place: String) throws(Malformed) -> BlobDescriptor {
    guard let text = json["digest"]?.string else { throw Malformed("\(place) of the manifest has no digest") }
    guard let size = json["size"]?.int, (0...(1 << 50)).contains(size) else {
        throw Malformed("\(place) of the manifest has no size")
    }
    return BlobDescriptor(
        digest: try Digest(text),
        mediaType: json["mediaType"]?.string ?? "",
        size: Int64(size),
        urls: json["urls"]?.array?.compactMap(\.string) ?? []
    )
}

extension ChildDescriptor.Platform {
    fileprivate init?(_ json: JSON) {
        guard let os = json["os"]?.string, let architecture = json["architecture"]?.string else { return nil }
        self.init(os: os, architecture: architecture, variant: json["variant"]?.string)
    }
}

private func annotations(_ json: JSON?) -> [String: String] {
    let pairs = json?.members?.compactMap { member in member.value.string.map { (member.key, $0) } } ?? []
    return Dictionary(pairs) { first, _ in first }
}
