extension BuildEntry {
    /// The key in the file, whichever git tag this is about.
    var listedKey: String {
        guard let gitTag else { return key }
        return String(key.dropLast(gitTag.description.count + 1))
    }

    /// What git tags are followed of, in one word: another choice is a new beginning.
    var gitTagChoice: String { "\(source.identity) \(gitTags?.description ?? "")" }

    /// The git tags among `names` that the entry's pattern names, highest version first.
    func matching(_ names: some Sequence<BranchName>) -> [BranchName] {
        guard let gitTags else { return [] }
        return names.filter { gitTags.matches($0.description) }
            .sorted { isHigher($0.description, than: $1.description) }
    }

    /// What is left alone of the git tags that there are: what the first look at them found, but for the newest.
    ///
    /// `built` are those that have an image already; a `newest` that was raised since `former` takes more of them in.
    func passingOver(_ names: [BranchName], _ former: PassedOver?, built: Set<BranchName>) -> PassedOver {
        let matching = matching(names)
        var passed = Set(matching.dropFirst(newest)).subtracting(built)
        if let former, former.choice == gitTagChoice {
            passed = former.names
            if newest > former.newest { passed.subtract(matching.prefix(newest)) }
        }
        return PassedOver(names: passed, choice: gitTagChoice, newest: newest)
    }

    /// The git tag that a key names which may be that of one of the entry's images.
    func gitTag(of key: String) -> BranchName? {
        guard gitTags != nil, key.hasPrefix(self.key + ":") else { return nil }
        return try? BranchName(String(key.dropFirst(self.key.count + 1)))
    }

    /// An entry for each git tag to be built; tags that float belong to the highest of these.
    func instances(for names: [BranchName], passingOver passed: Set<BranchName> = []) -> [BuildEntry] {
        let wanted = matching(names).filter { !passed.contains($0) }
        return wanted.compactMap { name in
            var entry = self
            entry.key = "\(key):\(name)"
            entry.gitTag = name
            entry.followsBases = false
            if name != wanted.first { entry.tags.removeAll(where: \.isFloating) }
            return entry.tags.isEmpty ? nil : entry
        }
    }

    /// The entries of git tags that were built before, for as long as nobody can tell which there are.
    ///
    /// Tags that float are left out: the highest of them may be gone.
    func remembered(_ keys: some Sequence<String>) -> [BuildEntry] {
        var entry = self
        entry.tags.removeAll(where: \.isFloating)
        return entry.instances(for: keys.compactMap(gitTag)).orElse(self)
    }
}

extension [BuildEntry] {
    /// These, or if there are none the one that stands for all.
    fileprivate func orElse(_ entry: BuildEntry) -> [BuildEntry] { isEmpty ? [entry] : self }
}

/// What an entry leaves alone of the git tags that were there before it.
struct PassedOver: Sendable, Equatable {
    let names: Set<BranchName>
    /// What was followed then.
    let choice: String
    /// How many were to be built then.
    let newest: Int
}

extension Desired {
    /// The build entries, with one for each git tag of which something is remembered by its key.
    func remembered(_ keys: [String]) -> [BuildEntry] {
        builds.flatMap { entry in
            guard entry.gitTags != nil, !entry.isPaused else { return [entry] }
            return own(entry.instances(for: keys.compactMap(entry.gitTag))).orElse(entry)
        }
    }

    /// The git tags among `names` whose images are what another entry is about, by its very name.
    func ownEntries(among names: [BranchName], of entry: BuildEntry) -> Set<BranchName> {
        let listed = Set(builds.map(\.key))
        return Set(names.filter { listed.contains("\(entry.key):\($0)") })
    }

    /// The entries of git tags without those that are entries of their own.
    func own(_ instances: [BuildEntry]) -> [BuildEntry] {
        let listed = Set(builds.map(\.key))
        return instances.filter { $0.gitTag == nil || !listed.contains($0.key) }
    }

    /// What is desired once the git tags of the sources are known: an entry for each instead of one for all.
    ///
    /// While they are not, those stand that were built before, whose keys are `built`.
    func expanded(
        _ gitTags: [String: Observed<[BranchName]>],
        built: [String],
        passingOver passed: (BuildEntry, [BranchName]) -> Set<BranchName>
    ) -> Desired {
        var desired = self
        desired.builds = builds.flatMap { entry -> [BuildEntry] in
            guard entry.gitTags != nil, !entry.isPaused else { return [entry] }
            let instances =
                switch gitTags[entry.key] {
                case .present(let names)?: entry.instances(for: names, passingOver: passed(entry, names))
                case .unknown?, .absent?, nil: entry.remembered(built)
                }
            return own(instances)
        }
        return desired
    }

    /// The same with each tag that several git tags of one commit would share left to the lowest of these.
    ///
    /// `commits` are by the keys of the entries.
    func sharing(_ commits: [String: ObjectID]) -> Desired {
        var taken: Set<String> = []
        var desired = self
        desired.builds = builds.reversed().compactMap { entry in
            guard entry.gitTag != nil, let commit = commits[entry.key] else { return entry }
            var entry = entry
            let key = entry.listedKey
            entry.tags = entry.tags.filter { tag in
                tag.isFloating || tag.tellsGitTag || taken.insert("\(key) \(tag) \(commit)").inserted
            }
            return entry.tags.isEmpty ? nil : entry
        }.reversed()
        return desired
    }
}
