extension Survey {
    /// The images of `FROM` lines that are followed and that nothing here keeps.
    func foreignBases(in sources: [String: Observed<SourceState>], _ names: KeptNames) -> Set<ImageReference> {
        var images: Set<ImageReference> = []
        for entry in desired.builds where entry.followsBases && !entry.isPaused {
            for base in sources[entry.key]?.value?.bases ?? [] {
                if case .elsewhere(let image) = names.base(base) { images.insert(image) }
            }
        }
        return images
    }

    /// How builders come by the images of `FROM` lines: what is mirrored comes from here.
    func registries(in seen: Observation) -> BuilderRegistries {
        let bases = seen.sources.values.flatMap { $0.value?.bases ?? [] }
        return BuilderRegistries(
            keeping: installation.settings.registry.host,
            publicName: installation.settings.publicName,
            mirrors(in: seen).tags,
            hosts: Set(bases.map(\.registry))
        )
    }

    /// What the names in `FROM` lines mean.
    func names(in seen: Observation) -> KeptNames {
        KeptNames(
            desired(in: seen),
            mirrors(in: seen).tags,
            registry: installation.settings.registry.host,
            publicName: installation.settings.publicName
        )
    }

    /// What is desired, with an entry for each git tag that is to be built.
    func desired(in seen: Observation) -> Desired { desired(with: seen.gitTags) }

    func desired(with gitTags: [String: Observed<[BranchName]>]) -> Desired {
        desired.expanded(gitTags) { recorded[passedOver: $0.key] }
    }

    /// Whether each entry that follows git tags has been told which there are.
    func knowsGitTags(in seen: Observation) -> Bool {
        desired.builds.allSatisfy { $0.gitTags == nil || $0.isPaused || seen.gitTags[$0.key]?.value != nil }
    }

    /// What is to be remembered of git tags that were looked at for the first time.
    func firstGitTags(in seen: Observation) -> [StateChange] {
        desired.builds.compactMap { entry in
            guard entry.gitTags != nil, recorded[passedOver: entry.key] == nil,
                case .present(let names)? = seen.gitTags[entry.key], !names.isEmpty
            else { return nil }
            return StateChange(key: .passedOver(entry.key), value: .passedOver(entry.passedOver(names)))
        }
    }
}
