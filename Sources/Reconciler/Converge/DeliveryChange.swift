/// An image that is new in the registry, as webhooks hear of it.
struct ImageChange: Sendable, Equatable {
    /// Where the image came from.
    enum Origin: Sendable, Equatable {
        case source(GitURL, ObjectID)
        case upstream(ImageReference)
    }

    let image: ImageID
    let tags: [Tag]
    let digest: Digest
    /// The host that people pull from.
    let publicName: RegistryHost
    let origin: Origin
    let time: Moment

    /// The image's name without a tag.
    var name: String { String(image.description.prefix { $0 != ":" }) }

    var event: WebhookEntry.Event {
        switch image.kind {
        case .build: .build
        case .mirror: .mirror
        }
    }

    /// The body of the request, on one line.
    func body(_ id: DeliveryID) -> String {
        var members: [(String, JSON?)] = [
            ("id", .string(id)), ("event", .string(event.rawValue)), ("image", .string(name)),
            ("tags", .list(tags.map { .string($0) })), ("digest", .string(digest)),
            ("reference", .string("\(publicName)/\(name)@\(digest)")),
        ]
        switch origin {
        case .source(let url, let commit): members += [("source", .string(url)), ("commit", .string(commit))]
        case .upstream(let reference): members += [("upstream", .string(reference))]
        }
        return JSON(members: members + [("time", .string(time))]).compact
    }
}

/// The webhooks that hear of a change: those of `webhooks.json` first, then the image's own; a URL hears once.
func listeners(
    to change: ImageChange,
    among webhooks: [WebhookEntry],
    and own: [WebhookEntry]
) -> [WebhookEntry] {
    var urls: Set<String> = []
    return (webhooks + own).filter { $0.wants(change) && urls.insert($0.url).inserted }
}

extension WebhookEntry {
    /// Whether the change is of an event and an image it asks for; a pattern may name the image with any of its tags.
    fileprivate func wants(_ change: ImageChange) -> Bool {
        guard events.contains(change.event) else { return false }
        return images.isEmpty
            || images.contains { pattern in
                change.image.matches(pattern) || change.tags.contains { pattern.matches("\(change.name):\($0)") }
            }
    }
}
