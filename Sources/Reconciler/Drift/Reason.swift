/// Why an image is not as it should be, with the values on both sides.
///
/// Before a first copy every image has one, which is so short that the others are kept apart.
indirect enum Reason: Sendable, Equatable {
    case neverBuilt
    case neverCopied
    /// The context or the Dockerfile is another one than at the last build.
    ///
    /// `news` is what has happened to it, empty if that is not known.
    case commit(from: ObjectID, to: ObjectID, touches: String, news: String = "")
    /// The registry holds it, built from other inputs, and nothing else is remembered.
    case otherInputs(at: ObjectID, now: ObjectID)
    /// What the entry says about the result changed; the keys that differ.
    case entry([String])
    /// An image of a `FROM` line has another manifest than the one that was built on.
    case base(String, from: Digest, to: Digest)
    /// An image of a `FROM` line is to be built before, and only its result will tell.
    case builtBefore(String)
    case missing(Tag)
    case newTag(Tag)
    case overwritten(Tag, expected: Digest, seen: Digest)
    case moved(from: Digest, to: Digest)
    case forced
    case platforms(from: [Platform], to: [Platform])
    /// A moved tag's new digest has been seen since then, which is not long enough.
    case settling(Digest, since: Moment)
    /// Manifests and blobs of the image that the registry has lost.
    case incomplete(Tag, lost: [Digest])
    /// There are other signatures, SBOMs or attestations than were copied.
    case referrers
    /// Signatures and the like that were copied, and that the registry has lost or does not list.
    case lostReferrers([Digest])
    /// Something can be done, though a look that belongs to it failed.
    case lookFailed(String)
}

extension Reason: CustomStringConvertible {
    var description: String {
        switch self {
        case .neverBuilt: "never built"
        case .neverCopied: "never copied"
        case .commit(let from, let to, let place, let news):
            "commit \(from.short)→\(to.short) touches \(place)" + (news.isEmpty ? "" : ": " + news)
        case .otherInputs(let old, let new):
            "the registry's image is of commit \(old.short) with other inputs, now \(new.short)"
        case .entry(let keys): "the entry's \(keys.joined(separator: ", ")) changed"
        case .base(let name, let from, let to): "base \(name) \(from.short)→\(to.short)"
        case .builtBefore(let name): "base \(name) is built first"
        case .missing(let tag): "\(tag) is missing in the registry"
        case .newTag(let tag): "\(tag) is a new tag"
        case .overwritten(let tag, let expected, let seen):
            "\(tag) is \(seen.short) in the registry, not \(expected.short)"
        case .moved(let from, let to): "upstream \(from.short)→\(to.short)"
        case .forced: "forced"
        case .platforms(let from, let to): "platforms \(words(from))→\(words(to))"
        case .settling(let digest, let since): "\(digest.short) first seen \(since)"
        case .incomplete(let tag, let lost):
            "\(tag) lacks \(lost.count) of its parts in the registry: \(lost.map(\.short).joined(separator: " "))"
        case .referrers: "signatures, SBOMs or attestations are to be copied"
        case .lostReferrers(let lost):
            "the registry lacks \(lost.count) of its signatures, SBOMs and attestations: "
                + lost.map(\.short).joined(separator: " ")
        case .lookFailed(let why): why
        }
    }

    /// The word that `plan --json` gives for the kind of reason.
    var name: String {
        switch self {
        case .neverBuilt: "never-built"
        case .neverCopied: "never-copied"
        case .commit: "commit"
        case .otherInputs: "other-inputs"
        case .entry: "entry"
        case .base: "base"
        case .builtBefore: "built-before"
        case .missing: "missing"
        case .newTag: "new-tag"
        case .overwritten: "overwritten"
        case .moved: "moved"
        case .forced: "forced"
        case .platforms: "platforms"
        case .settling: "settling"
        case .incomplete: "incomplete"
        case .referrers: "referrers"
        case .lostReferrers: "lost-referrers"
        case .lookFailed: "look-failed"
        }
    }

    /// The old and the new value in full, for programs; nil where the reason has none.
    var values: (from: String, to: String)? {
        switch self {
        case .commit(let from, let to, _, _): (from.description, to.description)
        case .otherInputs(let old, let new): (old.description, new.description)
        case .overwritten(_, let expected, let seen): (seen.description, expected.description)
        case .moved(let from, let to), .base(_, let from, let to): (from.description, to.description)
        case .platforms(let from, let to): (words(from), words(to))
        default: nil
        }
    }
}

private func words(_ platforms: [Platform]) -> String {
    platforms.isEmpty ? "all" : platforms.map(\.description).joined(separator: ",")
}
