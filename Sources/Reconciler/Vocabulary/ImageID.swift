/// What a record, a log line and `force` call one kept image: a build by its entry's key, a mirrored tag by where it lands.
struct ImageID: Hashable, Comparable, Sendable, CustomStringConvertible {
    enum Kind: String, Sendable {
        case build
        case mirror
    }

    let kind: Kind
    /// `api`, `api:v2` for a build; `NAME:TAG` for a mirror, `NAME:RULE` for the rule of an entry.
    let description: String

    static func build(_ key: String) -> ImageID { ImageID(kind: .build, description: key) }

    static func mirror(_ landing: RepositoryName, _ tag: Tag) -> ImageID {
        ImageID(kind: .mirror, description: "\(landing):\(tag)")
    }

    /// The rule of an entry itself, for what is wrong with it and with none of its tags.
    static func rule(_ landing: RepositoryName, _ rule: some CustomStringConvertible) -> ImageID {
        ImageID(kind: .mirror, description: "\(landing):\(rule)")
    }

    /// The repository of the kept registry that it stands in; nil for a key that names none.
    var repository: RepositoryName? { try? RepositoryName(String(description.prefix { $0 != ":" })) }

    static func < (left: ImageID, right: ImageID) -> Bool {
        (left.description, left.kind.rawValue) < (right.description, right.kind.rawValue)
    }

    /// Whether a pattern of `force` or of a webhook names this image; a pattern without tag names every tag.
    func matches(_ pattern: Glob) -> Bool {
        if pattern.matches(description) { return true }
        return description.prefix { $0 != ":" }.count < description.count
            && pattern.matches(String(description.prefix { $0 != ":" }))
    }
}

/// One tag of the kept registry.
struct Destination: Hashable, Comparable, Sendable, CustomStringConvertible {
    let repository: RepositoryName
    let tag: Tag

    var description: String { "\(repository):\(tag)" }

    static func < (left: Destination, right: Destination) -> Bool { left.description < right.description }
}
