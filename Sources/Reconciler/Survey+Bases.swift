extension Survey {
    /// The images of `FROM` lines that are followed and that nothing here keeps.
    func foreignBases(in seen: Observation) -> Set<ImageReference> {
        let names = names(in: seen)
        var images: Set<ImageReference> = []
        for entry in desired.builds where entry.followsBases && !entry.isPaused {
            for base in seen.sources[entry.key]?.value?.bases ?? [] {
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
}
