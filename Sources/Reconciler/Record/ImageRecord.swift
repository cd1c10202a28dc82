/// What was last done for one image, as the state file remembers it.
struct ImageRecord: Sendable, Equatable {
    /// Where the image came from.
    enum Origin: Sendable, Equatable {
        /// Much larger than the other, and rarer by far.
        indirect case build(BuildOrigin)
        case mirror(MirrorOrigin)
    }

    let origin: Origin
    /// The manifest that stands under every one of `tags`.
    let digest: Digest
    /// The tags that were put on `digest`, placeholders filled in.
    let tags: [Tag]
    /// When that was.
    let time: Moment
    /// The bytes of all that `digest` points to; nil if they were not counted, as for what was found in place.
    var size: Int64?
}

/// The inputs that a built image was built from.
struct BuildOrigin: Sendable, Equatable {
    let commit: ObjectID
    let branch: String
    let inputs: BuildInputs
}

/// The upstream manifest that a mirrored image was copied from, and what of it.
struct MirrorOrigin: Sendable, Equatable {
    let upstream: Digest
    /// The platforms that were copied, in order; empty if all were.
    var platforms: [Platform] = []
    /// The pulls that the copy cost; nil if it was found in place.
    var pulls: Int?
    /// What was copied of signatures and the like; nil if nothing was asked for.
    var referrers: ReferrersRecord?
}

extension ImageRecord {
    var json: JSON {
        let rest = Self.members(tags, time) + [("size", size.map { .number(Int($0)) })]
        return JSON(members: origin.members + [("digest", .string(digest))] + rest)
    }

    /// Reads a record back; nil if anything in it is not what `json` writes.
    init?(_ json: JSON) {
        guard let digest = json["digest"]?.string.flatMap({ try? Digest($0) }), let origin = Origin(json),
            let (tags, time) = Self.tagsAndTime(json)
        else { return nil }
        let size = json["size"]?.int.map(Int64.init)
        self.init(origin: origin, digest: digest, tags: tags, time: time, size: size)
    }

    /// The record with the size that was counted before, if it is still the same image.
    func sized(as former: ImageRecord?) -> ImageRecord {
        guard size == nil, let former, former.digest == digest else { return self }
        var record = self
        record.size = former.size
        return record
    }

    static func members(_ tags: [Tag], _ time: Moment) -> [(String, JSON?)] {
        [("tags", .list(tags.map { .string($0) })), ("time", .number(Int(time.milliseconds)))]
    }

    static func tagsAndTime(_ json: JSON) -> ([Tag], Moment)? {
        guard let tags = json["tags"]?.array?.map({ $0.string.flatMap { try? Tag($0) } }),
            let time = json["time"]?.int
        else { return nil }
        return (tags.compactMap(\.self), Moment(milliseconds: Int64(time)))
    }
}

extension ImageRecord.Origin {
    /// The members of the record that it is part of.
    var members: [(String, JSON?)] {
        switch self {
        case .mirror(let mirror): mirror.members
        case .build(let build):
            [("commit", .string(build.commit)), ("branch", .string(build.branch)), ("inputs", build.inputs.json)]
        }
    }

    /// Reads the members back; nil if they are not what `members` gives.
    init?(_ json: JSON) {
        if let mirror = MirrorOrigin(json) {
            self = .mirror(mirror)
        } else if let commit = json["commit"]?.string.flatMap({ try? ObjectID($0) }),
            let branch = json["branch"]?.string, let inputs = json["inputs"].flatMap({ BuildInputs($0) })
        {
            self = .build(BuildOrigin(commit: commit, branch: branch, inputs: inputs))
        } else {
            return nil
        }
    }
}
