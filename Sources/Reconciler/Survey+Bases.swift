extension Survey {
    /// The images of `FROM` lines that are followed and that nothing here keeps.
    func foreignBases(in seen: Observation, _ names: KeptNames) -> Set<ImageReference> {
        var images: Set<ImageReference> = []
        for entry in desired.builds where entry.followsBases && !entry.isPaused {
            for base in seen.sources[entry.key]?.value?.bases ?? [] {
                if case .elsewhere(let image) = names.base(base) { images.insert(image) }
            }
        }
        return images
    }

    /// How builders come by the images of `FROM` lines: what is mirrored comes from here.
    func registries(in comparison: Comparison) -> BuilderRegistries {
        let bases = comparison.seen.sources.values.flatMap { $0.value?.bases ?? [] }
        return BuilderRegistries(
            keeping: installation.settings.registry.host,
            publicName: installation.settings.publicName,
            comparison.mirrors.tags,
            hosts: Set(bases.map(\.registry))
        )
    }

    /// What the names in `FROM` lines mean.
    func names(_ desired: Desired, _ mirrors: [MirroredTag]) -> KeptNames {
        KeptNames(
            desired,
            mirrors,
            registry: installation.settings.registry.host,
            publicName: installation.settings.publicName
        )
    }
}
