/// What webhooks are told of the images of a pass.
struct Announced: Sendable {
    private let desired: Desired
    private let tags: [MirroredTag]
    /// Where in `tags` each image stands that anything may be said of.
    private let places: [ImageID: Int]
    private let outbox: Outbox
    private let publicName: RegistryHost

    init(_ comparison: Comparison, _ restless: Set<ImageID>, _ outbox: Outbox, publicName: RegistryHost) {
        (desired, tags) = (comparison.desired, comparison.mirrors.tags)
        places = restless.isEmpty ? [:] : Self.places(of: restless, in: tags)
        (self.outbox, self.publicName) = (outbox, publicName)
    }

    private static func places(of images: Set<ImageID>, in tags: [MirroredTag]) -> [ImageID: Int] {
        let places = tags.indices.lazy.filter { images.contains(tags[$0].id) }.map { (tags[$0].id, $0) }
        return Dictionary(places) { first, _ in first }
    }

    func mirrored(_ id: ImageID) -> MirroredTag? { places[id].map { tags[$0] } }

    /// The lines that tell webhooks of a new image, to be saved together with its record.
    func lines(of id: ImageID, _ record: ImageRecord) async -> [StateChange] {
        let origin: ImageChange.Origin
        var own: [WebhookEntry] = []
        switch record.origin {
        case .build(let build):
            guard let entry = desired.builds.first(where: { .build($0.key) == id }) else { return [] }
            origin = .source(entry.source, build.commit)
            own = entry.webhooks
        case .mirror:
            guard let mirrored = mirrored(id) else { return [] }
            origin = .upstream(mirrored.upstream)
            own = mirrored.entry.webhooks
        }
        let change = ImageChange(
            image: id,
            tags: record.tags,
            digest: record.digest,
            publicName: publicName,
            origin: origin,
            time: record.time
        )
        return await outbox.prepare(change, webhooks: desired.webhooks, own: own)
    }
}
