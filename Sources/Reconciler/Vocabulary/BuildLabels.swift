/// The labels by which a built image tells what it was built from, should the state file be lost.
///
/// Labels are inherited by whatever is built on an image, so the inputs count only together with the image's own name
/// and the configuration repository's identity.
struct BuildLabels: Sendable, Equatable {
    let image: String
    let configuration: String
    let fingerprint: String
    /// The source repository, without user and password.
    let source: String
    let revision: ObjectID

    /// Label names and values; `org.opencontainers.image.*` are the OCI image specification's (annotations.md).
    var pairs: [String: String] {
        [
            "reconcile.image": image, "reconcile.configuration": configuration, "reconcile.inputs": fingerprint,
            "org.opencontainers.image.source": source, "org.opencontainers.image.revision": revision.description,
        ]
    }

    init(image: String, configuration: String, fingerprint: String, source: String, revision: ObjectID) {
        self.image = image
        self.configuration = configuration
        self.fingerprint = fingerprint
        self.source = source
        self.revision = revision
    }

    /// Finds the labels among an image's; nil if it was not built by this program.
    init?(_ labels: [String: String]) {
        guard let image = labels["reconcile.image"], let configuration = labels["reconcile.configuration"],
            let fingerprint = labels["reconcile.inputs"],
            let revision = labels["org.opencontainers.image.revision"].flatMap({ try? ObjectID($0) })
        else { return nil }
        self.init(
            image: image,
            configuration: configuration,
            fingerprint: fingerprint,
            source: labels["org.opencontainers.image.source"] ?? "",
            revision: revision
        )
    }
}
