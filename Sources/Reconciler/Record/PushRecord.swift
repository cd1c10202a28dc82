/// A push whose tags are about to move, remembered from before that until it is recorded what came of it.
///
/// Without it a kill between the two would leave an image in the registry that nobody ever hears of.
struct PushRecord: Sendable, Equatable {
    let origin: ImageRecord.Origin
    /// The manifest that goes under every one of `tags`; nil if only the push itself will tell, as a Docker engine's does.
    let digest: Digest?
    let tags: [Tag]
    let time: Moment

    /// The image as it stands, if what is under its first tag, or what its labels say, tells that the push came through.
    func completed(under tag: Observed<Digest>, _ labels: Observed<BuildLabels>) -> ImageRecord? {
        guard case .present(let seen) = tag else { return nil }
        if let digest {
            guard digest == seen else { return nil }
        } else {
            guard case .build(let build) = origin, labels.value?.fingerprint == build.inputs.fingerprint else {
                return nil
            }
        }
        return ImageRecord(origin: origin, digest: seen, tags: tags, time: time)
    }

    /// Whether `record` is of the image that was pushed.
    func isOf(_ record: ImageRecord) -> Bool { digest.map { $0 == record.digest } ?? (origin == record.origin) }
}

extension PushRecord {
    var json: JSON {
        JSON(members: origin.members + [("digest", digest.map { .string($0) })] + ImageRecord.members(tags, time))
    }

    /// Reads a record back; nil if anything in it is not what `json` writes.
    init?(_ json: JSON) {
        guard let origin = ImageRecord.Origin(json), let (tags, time) = ImageRecord.tagsAndTime(json) else {
            return nil
        }
        self.init(origin: origin, digest: json["digest"]?.string.flatMap { try? Digest($0) }, tags: tags, time: time)
    }
}
