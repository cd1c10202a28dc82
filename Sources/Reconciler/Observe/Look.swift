/// One thing that is looked at again and again, each at its own interval.
enum Look: Hashable, Sendable {
    /// A source repository, whatever the number of images built from it.
    case source(GitURL)
    /// The upstream of a mirrored image.
    case upstream(ImageID)
    /// The list of an upstream repository's tags.
    case list(ImageReference)
    /// What the kept registry holds for an image.
    case registry(ImageID)
    /// An image of a `FROM` line that nothing here keeps.
    case base(ImageReference)
    /// Whether the kept registry has every image of the index that an image is.
    case children(ImageID)
    /// Whether the kept registry has the config and layers of all that.
    case blobs(ImageID)

    /// Whether it goes deeper than what stands under a tag, which is done once a day.
    var isDeep: Bool {
        switch self {
        case .children, .blobs: true
        case .source, .upstream, .list, .registry, .base: false
        }
    }

    /// A number from 0 up to 1, always the same for the same look, by which looks of one interval are spread over it.
    var phase: Double {
        let name =
            switch self {
            case .source(let url): "source \(url.identity)"
            case .upstream(let id): "upstream \(id)"
            case .list(let repository): "list \(repository)"
            case .registry(let id): "registry \(id)"
            case .base(let image): "base \(image)"
            case .children(let id): "children \(id)"
            case .blobs(let id): "blobs \(id)"
            }
        let bits = UInt64(sha256Hex(name.utf8).prefix(13), radix: 16) ?? 0
        return Double(bits) / Double(1 << 52)
    }
}
