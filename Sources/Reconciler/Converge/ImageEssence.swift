/// What an image is when it runs, apart from when, where and out of which commit it was built.
struct ImageEssence: Sendable, Equatable {
    /// The digests of the uncompressed layers, lowest first.
    let layers: [String]
    /// The run configuration in one canonical form.
    let configuration: String

    /// Reads an image configuration (OCI image specification, config.md); nil if it tells no layers.
    init?(_ image: JSON) {
        guard let layers = image["rootfs"]?["diff_ids"]?.array else { return nil }
        let platform = ["os", "architecture", "variant"].map { ($0, image[$0]) }
        self.init(layers: layers.compactMap(\.string), run: image["config"] ?? JSON(.null), platform)
    }

    /// Takes layers and run configuration as an engine shows them, `platform` being members of a configuration.
    init(layers: [String], run: JSON, _ platform: [(String, JSON?)]) {
        self.layers = layers
        let members = (run.members ?? []).filter { !Self.accidental.contains($0.key) }.map { member in
            member.key == "Labels" ? ("Labels", Self.withoutOurs(member.value)) : (member.key, member.value)
        }
        configuration = JSON(members: platform + members).canonical?.compact ?? "{}"
    }

    /// What builders note of the build itself.
    private static let accidental: Set<String> = ["Image", "Hostname", "Domainname", "ContainerConfig"]

    /// Labels that tell of the build: ours, builders' versions and dates.
    private static let ofTheBuild: Set<String> = [
        "org.opencontainers.image.source", "org.opencontainers.image.revision", "org.opencontainers.image.created",
        "io.buildah.version",
    ]

    private static func withoutOurs(_ labels: JSON) -> JSON {
        JSON(
            members: (labels.members ?? [])
                .filter { !ofTheBuild.contains($0.key) && !$0.key.hasPrefix("reconcile.") }
                .map { ($0.key, $0.value) }
        )
    }
}

extension JSON {
    /// The value with members sorted, and without those that say nothing: null, false, 0 and what is empty.
    fileprivate var canonical: JSON? {
        switch value {
        case .null, .bool(false), .number("0"), .string(""): return nil
        case .bool, .number, .string: return self
        case .array(let elements):
            return elements.isEmpty ? nil : .list(elements.map { $0.canonical ?? JSON(.null) })
        case .object(let members):
            let told = members.sorted { $0.key < $1.key }.compactMap { member in
                member.value.canonical.map { (member.key, JSON?.some($0)) }
            }
            return told.isEmpty ? nil : JSON(members: told)
        }
    }
}

extension KeptRegistry {
    /// What the images under `digest` are, by platform; empty if the registry does not have them all.
    func essence(of digest: Digest, in repository: RepositoryName) async -> [String: ImageEssence] {
        do throws(RegistryError) {
            let manifest = try await client.manifest(image(repository, digest))
            switch try content(of: manifest, at: image(repository, digest)) {
            case .image(let config, _):
                let bytes = try await client.smallBlob(config, in: self.repository(repository))
                return (try? JSONReader.read(bytes)).flatMap(ImageEssence.init).map { ["": $0] } ?? [:]
            case .index(let children):
                var images: [String: ImageEssence] = [:]
                for child in children where !child.isAttestation {
                    guard let one = await essence(of: child.manifest.digest, in: repository)[""] else { return [:] }
                    images[child.platformText] = one
                }
                return images
            }
        } catch {
            return [:]
        }
    }
}

extension ChildDescriptor {
    /// The platform for comparing; empty if none is given.
    var platformText: String {
        platform.map { Reconciler.Platform(os: $0.os, architecture: $0.architecture, variant: $0.variant).description }
            ?? ""
    }
}
