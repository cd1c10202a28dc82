extension Installation {
    /// `reconcile force PATTERN...`: has the next pass rebuild or copy the images again, drifted or not.
    func force(_ patterns: [Glob]) -> ExitStatus {
        do {
            let desired: Desired = try reader.read(checkout: config)
            let names = ImageNames(
                of: desired,
                try StateFile.peek(in: state),
                hosts: [settings.registry.host, settings.publicName]
            )
            for pattern in patterns where names.images(matching: pattern).isEmpty {
                let likely = nearest(to: pattern.description, among: names.all)
                let hint = likely.map { "; did you mean \(quoted($0))?" } ?? ""
                let rest = patterns.count > 1 ? "; nothing was noted" : ""
                complain("reconcile: no image matches \(quoted(pattern.description))\(hint)\(rest)")
                return .failed
            }
            _ = try isNew()
            try StateFolder(path: state).open(apartFrom: try configuration().folder)
            let forced = patterns.map(names.images)
            // A pattern stays one, for images that a rule may find by then; other spellings become names.
            let noted = zip(patterns, forced).flatMap { pattern, images in
                images.contains { $0.matches(pattern) } ? [pattern] : images.map { Glob($0.description) }
            }
            try ForceRequests(state: state).add(noted)
            say("\(count(Set(forced.joined()).count, "image")) will be done again in the next pass")
            return .done
        } catch {
            return refusal(error)
        }
    }
}

/// Every image with the spellings that people have for it.
private struct ImageNames {
    private var spellings: [(image: ImageID, others: [String])] = []
    private let hosts: [String]

    /// `hosts` are the names of the kept registry, which may stand before an image's.
    init(of desired: Desired, _ recorded: Recorded, hosts: [RegistryHost]) {
        self.hosts = hosts.map(\.description)
        let tags = MirrorExpansion(of: desired, [:], recorded).tags
        let upstream = Dictionary(
            tags.map { tag in
                let places = [tag.entry.written, tag.entry.upstream.familiar, tag.entry.upstream.description]
                return (tag.id, places.flatMap { [$0, "\($0):\(tag.tag)"] })
            }
        ) { first, _ in first }
        spellings = desired.images(recorded).map { ($0, upstream[$0] ?? []) }
    }

    var all: [String] { spellings.map(\.image.description) }

    func images(matching pattern: Glob) -> [ImageID] {
        let text = pattern.description
        let host = hosts.first { text.hasPrefix($0 + "/") }
        let bare = host.map { Glob(String(text.dropFirst($0.count + 1))) }
        return spellings.filter { image, others in
            image.matches(pattern) || bare.map(image.matches) == true || others.contains(where: pattern.matches)
        }.map(\.image)
    }
}

extension Desired {
    /// The name of every image; of those that come by a rule or a git tag, the ones that are remembered, and the rule.
    func images(_ recorded: Recorded) -> [ImageID] {
        let rules = mirrors.compactMap { entry in entry.rule.map { ImageID.rule(entry.landing, $0) } }
        let keys = recorded.buildKeys
        return remembered(keys).map { .build($0.key) } + MirrorExpansion(of: self, [:], recorded).tags.map(\.id) + rules
    }
}
