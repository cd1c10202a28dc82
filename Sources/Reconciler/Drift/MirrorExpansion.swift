/// The tags that the entries of `mirror.json` stand for, now that the upstreams' lists have been asked for.
struct MirrorExpansion: Sendable {
    /// Each destination once, in the order of the file.
    private(set) var tags: [MirroredTag] = []
    /// Verdicts on rules that cannot be followed, and on those that can be again.
    private(set) var rules: [Drift] = []

    /// `platforms` are those of entries that name none.
    ///
    /// What is named comes before what a rule finds, and of two rules the earlier has a tag. While a list cannot be had
    /// the entry's remembered tags stand in for it, marked as not to be known.
    init(
        of desired: Desired,
        _ lists: [ImageReference: Observed<[Tag]>],
        _ recorded: Recorded,
        platforms: [Platform] = []
    ) {
        var owners: [Destination: String] = [:]
        for build in desired.builds {
            for tag in build.tags.compactMap({ try? Tag($0.description) }) {
                owners[Destination(repository: build.name, tag: tag)] = build.key
            }
        }
        for entry in desired.mirrors {
            for tag in entry.tags {
                owners[Destination(repository: entry.landing, tag: tag)] = "\(entry.written):\(tag)"
            }
        }
        for entry in desired.mirrors {
            let (shared, platforms) = (Shared(entry), entry.platforms ?? platforms.sorted())
            tags += entry.tags.map { MirroredTag(entry: shared, tag: $0, platforms: platforms) }
            guard let rule = entry.rule else { continue }
            let found = Found(by: rule, of: entry, lists[entry.upstream], recorded)
            var taken: [(tag: Tag, owner: String)] = []
            for tag in found.tags where !entry.tags.contains(tag) {
                let place = Destination(repository: entry.landing, tag: tag)
                if let owner = owners[place] {
                    taken.append((tag, owner))
                } else {
                    owners[place] = "\(entry.written):\(rule)"
                    tags.append(MirroredTag(entry: shared, tag: tag, platforms: platforms, unlisted: found.unlisted))
                }
            }
            let id = ImageID.rule(entry.landing, rule)
            if let verdict = found.fault ?? conflict(taken, of: entry) {
                rules.append(Drift(image: id, verdict: verdict))
            } else if recorded[failure: id] != nil {
                rules.append(Drift(image: id, verdict: .inLine))
            }
        }
    }
}

/// What the rule of one entry comes to.
private struct Found {
    var tags: [Tag] = []
    var unlisted: String?
    var fault: Verdict?

    init(by rule: TagRule, of entry: MirrorEntry, _ list: Observed<[Tag]>?, _ recorded: Recorded) {
        let name = entry.upstream.familiar
        guard !entry.isPaused else {
            tags = rule.selected(from: recorded.mirroredTags(in: entry.landing))
            return
        }
        switch list ?? .unknown("the tags of \(name) were not asked for") {
        case .present(let list):
            tags = rule.selected(from: list)
            if tags.isEmpty { fault = .stalled(nothing(for: rule, of: name, in: list)) }
        case .absent:
            // A registry that knows no such repository says so for all of its tags alike.
            unlisted = "\(name) has no list of tags upstream; mend the name, or remove the entry"
            fault = unlisted.map { .stalled($0) }
        case .unknown(let why):
            unlisted = why
            fault = .unknown(why)
        }
        if unlisted != nil { tags = rule.selected(from: recorded.mirroredTags(in: entry.landing)) }
    }
}

private func nothing(for rule: TagRule, of name: String, in list: [Tag]) -> String {
    let near = rule.nearest(in: list).map { ", the nearest \($0)" } ?? ""
    return "no tag of \(name) matches \(rule); it has \(count(list.count, "tag"))\(near)"
}

/// The verdict on an entry some of whose tags another entry has already.
private func conflict(_ taken: [(tag: Tag, owner: String)], of entry: MirrorEntry) -> Verdict? {
    guard let first = taken.first else { return nil }
    let more = taken.count > 1 ? " (and \(taken.count - 1) more)" : ""
    let place = Destination(repository: entry.landing, tag: first.tag)
    return .stalled(
        "\(place)\(more) is already what \(quoted(first.owner)) puts into the registry, and not taken from "
            + "\(entry.upstream.familiar); add it to \"exclude\", or land one of them elsewhere with \"as\""
    )
}
