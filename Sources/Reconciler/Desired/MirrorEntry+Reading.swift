extension MirrorEntry {
    /// Reads one element of `mirror.json`; nil with faults noted if it does not say enough.
    init?(_ json: JSON, number: Int, in file: DesiredFile) {
        switch json.value {
        case .string(let text): self.init(text, at: Place(file: file, entry: text), offset: json.offset)
        case .object:
            self.init(object: json, at: Place(file: file, entry: json["image"]?.string ?? "entry \(number)"))
        default:
            let cure = "an image such as \"alpine:3.20\", or an object with \"image\""
            Place(file: file, entry: "entry \(number)").report(json.isNo(cure).message, at: json.offset)
            return nil
        }
    }

    private init?(_ text: String, at place: Place, offset: Int) {
        guard let image = place.attempt(at: offset, { () throws(Malformed) in try WrittenImage(text) }) else {
            return nil
        }
        if image.parts.digest != nil, image.parts.tag == nil { image.reportMissingTag(at: place, offset: offset) }
        let landing = place.attempt(at: offset) { () throws(Malformed) in try image.landing() }
        let tags = [(value: image.parts.tag ?? .latest, offset: offset)]
        guard let landing else { return nil }
        claim(tags, in: landing, at: place)
        self.init(
            written: image.parts.name,
            upstream: image.upstream,
            landing: landing,
            tags: tags.map(\.value),
            rule: nil,
            digest: image.parts.digest,
            platforms: nil,
            referrers: false,
            settle: nil,
            every: nil,
            webhooks: [],
            isPaused: false
        )
    }

    private init?(object json: JSON, at place: Place) {
        guard var fields = Fields(json, at: place, cure: "an object") else { return nil }
        let member = fields.member("image")
        let image = fields.value("image") { json throws(Malformed) in try WrittenImage(json.text()) }
        let (tags, rule) = fields.tags(of: image, member: member)
        let platforms = fields.distinct("platforms") { json throws(Malformed) in try Platform(json.text()) }
        let landing = fields.landing(of: image, member: member)
        let every = fields.value("every") { json throws(Malformed) in try json.duration() }
        let referrers = fields.value("referrers") { json throws(Malformed) in try json.flag() }
        let settle = fields.value("settle") { json throws(Malformed) in try json.duration() }
        let webhooks = fields.webhooks(usually: .mirror)
        let isPaused = fields.value("paused") { json throws(Malformed) in try json.flag() }
        fields.finish()
        if member == nil { place.report("\"image\" is missing; name the image to copy", at: json.offset) }
        guard let image, let landing else { return nil }
        claim(tags, in: landing, at: place)
        self.init(
            written: image.parts.name,
            upstream: image.upstream,
            landing: landing,
            tags: tags.map(\.value),
            rule: rule,
            digest: image.parts.digest,
            platforms: platforms?.map(\.value).sorted(),
            referrers: referrers ?? false,
            settle: settle,
            every: every,
            webhooks: webhooks,
            isPaused: isPaused ?? false
        )
    }
}

/// Notes that the tags go to `landing`, for the check that nothing else does.
private func claim(_ tags: [(value: Tag, offset: Int)], in landing: RepositoryName, at place: Place) {
    place.file.claims += tags.map {
        Claim(repository: landing, tag: $0.value.description, entry: place.entry, offset: $0.offset)
    }
}

/// `NAME[:TAG][@DIGEST]` as it stands in the file, found to name an image.
struct WrittenImage {
    let parts: ReferenceParts
    /// Without tag and digest.
    let upstream: ImageReference

    init(_ text: String) throws(Malformed) {
        guard !text.contains("://") else {
            throw Malformed("\(quoted(text)) is a URL; write the image as docker pull takes it, without https://")
        }
        parts = try ReferenceParts(text)
        upstream = try ImageReference(parts.name)
    }

    func landing() throws(Malformed) -> RepositoryName {
        do {
            return try parts.landingRepository()
        } catch {
            throw Malformed("\(error.message); an object's \"as\" gives it another name in this registry")
        }
    }

    func reportMissingTag(at place: Place, offset: Int) {
        place.report(
            "a digest needs a tag beside it, under which the image is kept; write \(parts.name):TAG@sha256:…",
            at: offset
        )
    }
}

extension Fields {
    mutating func landing(of image: WrittenImage?, member: JSON.Member?) -> RepositoryName? {
        let isRenamed = self.member("as") != nil
        let renamed = value("as") { json throws(Malformed) in try RepositoryName(json.text()) }
        guard !isRenamed, let image, let member else { return renamed }
        return place.inside("image").attempt(at: member.value.offset) { () throws(Malformed) in try image.landing() }
    }
}
