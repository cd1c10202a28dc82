extension ContextLook {
    /// Whether it is there, and another than the one that was built from.
    func differs(from inputs: BuildInputs) -> Bool {
        guard case .found(let context) = self else { return false }
        return context.tree != inputs.tree || context.dockerfile != inputs.dockerfile
    }

    /// The git blob of the Dockerfile, if there is one to build.
    var dockerfile: ObjectID? {
        guard case .found(let context) = self else { return nil }
        return context.dockerfile
    }
}

extension BuildEntry {
    /// The images that a build of the entry pulls, each with its tag; what is pinned by digest never changes.
    func bases(in dockerfile: Dockerfile) -> [ImageReference] {
        let names = dockerfile.bases(args: args, target: target, platform: .ofThisMachine)
        var bases: [ImageReference] = []
        for name in names {
            guard let image = try? ImageReference(name), image.digest == nil else { continue }
            let base = image.tag == nil ? image.tagged(.latest) : image
            if !bases.contains(base) { bases.append(base) }
        }
        return bases
    }

    /// What of the source is followed.
    var ref: GitRef { gitTags != nil ? .tags : branch.map { .branch($0) } ?? .defaultBranch }

    var query: ContextQuery { ContextQuery(context: context, dockerfile: dockerfile) }
}
