/// What of an image stands for the platforms that are asked for.
enum PlatformSelection: Equatable, Sendable {
    /// The manifest as it is.
    case whole
    /// One image of the index.
    case image(ManifestDescriptor)
    /// An index of some of its entries, made here; the same input gives the same bytes.
    case index(Manifest)

    /// The digest of what stands under the tag, where `manifest` is what was selected from.
    func digest(from manifest: Manifest) -> Digest {
        switch self {
        case .whole: manifest.digest
        case .image(let image): image.digest
        case .index(let index): index.digest
        }
    }
}

extension PlatformSelection {
    /// Selects from an index; throws `Malformed` if it lacks one of `platforms`, of which there is at least one.
    ///
    /// Attestations (BuildKit, "Image attestation storage") stay with the images they speak of. An index that is all
    /// asked for stays as it is, byte for byte.
    init(_ platforms: [Platform], from children: [ChildDescriptor], of index: Manifest) throws(Malformed) {
        let offered = children.map {
            $0.platform.map { Platform(os: $0.os, architecture: $0.architecture, variant: $0.variant) }
        }
        try check(platforms, areIn: zip(children, offered).compactMap { $0.isAttestation ? nil : $1 })
        var kept: Set<Digest> = []
        for (child, platform) in zip(children, offered)
        where !child.isAttestation && platform.map(platforms.contains) == true {
            kept.insert(child.manifest.digest)
        }
        if platforms.count == 1, kept.count == 1,
            let child = children.first(where: { kept.contains($0.manifest.digest) })
        {
            self = .image(child.manifest)
            return
        }
        let isKept = children.map { child in child.subject.map(kept.contains) ?? kept.contains(child.manifest.digest) }
        self = isKept.allSatisfy(\.self) ? .whole : .index(try index.keeping(isKept))
    }
}

/// Throws unless every one of `platforms` is among those `offered`.
func check(_ platforms: [Platform], areIn offered: [Platform]) throws(Malformed) {
    let missing = platforms.filter { !offered.contains($0) }
    guard !missing.isEmpty else { return }
    let names = Set(offered).sorted().map(\.description).joined(separator: " ")
    throw Malformed(
        "it has no \(missing.map(\.description).joined(separator: ", ")); it has \(names.isEmpty ? "no platform" : names)"
    )
}

extension ChildDescriptor {
    /// The image of the same index that this entry speaks of; nil for an image.
    fileprivate var subject: Digest? { annotations["vnd.docker.reference.digest"].flatMap { try? Digest($0) } }

    /// Whether it is no image but what BuildKit tells of one (github.com/moby/buildkit, attestation-storage.md).
    var isAttestation: Bool {
        annotations["vnd.docker.reference.type"] == "attestation-manifest" || platform?.os == "unknown"
    }
}

extension Manifest {
    /// The index with only those of its entries; all else in it stays, in its order.
    fileprivate func keeping(_ isKept: [Bool]) throws(Malformed) -> Manifest {
        guard let members = (try? JSONReader.read(bytes))?.members else {
            throw Malformed("the index is no valid JSON")
        }
        let filtered = members.map { member -> (String, JSON?) in
            guard member.key == "manifests", let entries = member.value.array else { return (member.key, member.value) }
            return (member.key, .list(zip(entries, isKept).filter(\.1).map(\.0)))
        }
        return Manifest(bytes: Array(JSON(members: filtered).compact.utf8), mediaType: mediaType)
    }
}

extension RegistryClient {
    /// What of the manifest at `image` stands for `platforms`; with none, all of it.
    ///
    /// The platform of a single image is in its config. What has none, such as a chart, is for every platform.
    func selection(
        of platforms: [Platform],
        from manifest: Manifest,
        at image: ImageReference
    ) async throws(RegistryError) -> PlatformSelection {
        guard !platforms.isEmpty else { return .whole }
        switch try content(of: manifest, at: image) {
        case .index(let children):
            return try refusing(at: image) { () throws(Malformed) in
                try PlatformSelection(platforms, from: children, of: manifest)
            }
        case .image(let config, _):
            guard MediaType.imageConfigs.contains(config.mediaType) else { return .whole }
            let bytes = try await smallBlob(config, in: ImageRepository(of: image))
            guard let json = try? JSONReader.read(bytes), let os = json["os"]?.string,
                let architecture = json["architecture"]?.string
            else { return .whole }
            let platform = Platform(os: os, architecture: architecture, variant: json["variant"]?.string)
            try refusing(at: image) { () throws(Malformed) in try check(platforms, areIn: [platform]) }
            return .whole
        }
    }
}
