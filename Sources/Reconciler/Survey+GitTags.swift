extension Survey {
    /// What is desired, with an entry for each git tag that is to be built.
    func desired(in seen: Observation) -> Desired {
        desired.expanded(seen.gitTags, built: Array(recorded.builds.keys)) { entry, names in
            passedOver(entry, names, seen.builtGitTags).names
        }.sharing(seen.sources.compactMapValues { $0.value?.commit.id })
    }

    /// What an entry leaves alone of the git tags that its pattern names.
    ///
    /// `built` are those that have an image in the registry, by the key of the entry, where nothing is remembered.
    func passedOver(
        _ entry: BuildEntry,
        _ names: [BranchName],
        _ built: [String: Set<BranchName>]
    ) -> PassedOver {
        let remembered = Set(recorded.builds.keys.compactMap(entry.gitTag))
        let former = recorded[passedOver: entry.key]
        return entry.passingOver(names, former, built: remembered.union(built[entry.key] ?? []))
    }

    /// The entries that follow git tags and of which nothing is remembered, so that the registry is to tell.
    var withoutMemory: [BuildEntry] {
        desired.builds.filter { entry in
            entry.gitTags != nil && !entry.isPaused && recorded[passedOver: entry.key]?.choice != entry.gitTagChoice
        }
    }

    /// Whether each entry that follows git tags has been told which there are.
    func knowsGitTags(in seen: Observation) -> Bool {
        desired.builds.allSatisfy { $0.gitTags == nil || $0.isPaused || seen.gitTags[$0.key]?.value != nil }
    }

    /// The failures to be forgotten, which are of git tags that are gone or not wanted any more.
    func goneFailures(in expanded: Desired, _ seen: Observation) -> [StateChange] {
        let wanted = Set(expanded.builds.map(\.key))
        return desired.builds.flatMap { entry -> [StateChange] in
            guard case .present? = seen.gitTags[entry.key], !entry.isPaused else { return [] }
            return recorded.buildKeys.compactMap { key in
                let id = ImageID.build(key)
                guard entry.gitTag(of: key) != nil, !wanted.contains(key), recorded[failure: id] != nil else {
                    return nil
                }
                return .failure(id, nil)
            }
        }
    }

    /// What is to be remembered of git tags that were looked at for the first time, or that more are wanted of now.
    func firstGitTags(in seen: Observation) -> [StateChange] {
        desired.builds.compactMap { entry in
            guard entry.gitTags != nil, case .present(let names)? = seen.gitTags[entry.key] else { return nil }
            let passed = passedOver(entry, names, seen.builtGitTags)
            guard passed != recorded[passedOver: entry.key] else { return nil }
            return StateChange(key: .passedOver(entry.key), value: .passedOver(passed))
        }
    }

    /// The build entries to be shown: each git tag's, and the ones that have something wrong with themselves.
    func shown(_ drifts: [Drift], of expanded: Desired) -> [BuildEntry] {
        let images = Set(drifts.filter { $0.verdict != .inLine }.map(\.image))
        let keys = Set(expanded.builds.map(\.key))
        return expanded.builds
            + desired.builds.filter { !keys.contains($0.key) && images.contains(.build($0.key)) }
    }

    /// Verdicts on entries that follow git tags themselves: what is wrong with them, or was and is no more.
    func gitTagDrifts(in seen: Observation) -> [Drift] {
        desired.builds.compactMap { entry in
            guard entry.gitTags != nil, !entry.isPaused, case .present(let names)? = seen.gitTags[entry.key] else {
                return nil
            }
            let passed = passedOver(entry, names, seen.builtGitTags).names
            let id = ImageID.build(entry.key)
            if let why = entry.fault(of: names, built: recorded.builds.keys, passingOver: passed, desired) {
                return Drift(image: id, verdict: .stalled(why))
            }
            return recorded[failure: id] == nil ? nil : Drift(image: id, verdict: .inLine)
        }
    }
}

extension BuildEntry {
    /// What keeps the entry from being followed as it is written; nil if nothing does.
    fileprivate func fault(
        of names: [BranchName],
        built: some Sequence<String>,
        passingOver passed: Set<BranchName>,
        _ desired: Desired
    ) -> String? {
        let pattern = quoted(gitTags?.description ?? "")
        // That all of them are gone is nobody's fault.
        if names.isEmpty, passed.isEmpty, !built.contains(where: { gitTag(of: $0) != nil }) {
            return "\(source) has no git tag that matches \(pattern); push one, or mend \"gitTags\""
        }
        let clash = desired.ownEntries(among: names.filter { !passed.contains($0) }, of: self).first
        return clash.map { name in
            "git tag \(quoted(name.description)) is to become \(quoted("\(key):\(name)")), which is another entry; "
                + "give that another name, or narrow \(pattern)"
        }
    }
}
