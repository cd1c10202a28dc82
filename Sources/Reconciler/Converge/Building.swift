/// Builds images: a context out of git, a builder, a push.
struct Building: Sendable {
    let registry: KeptRegistry
    let sources: SourceLooks
    let builder: any Builder
    let names: KeptNames
    /// Nil without a secrets file.
    let secrets: SecretsFile?
    /// A folder for contexts being built.
    let work: String
    /// Identifies the configuration repository in labels.
    let configuration: String
    let log: Log
    /// Called with each line of a build's output.
    let onOutput: @Sendable (ImageID, String) -> Void

    /// The manifest that stands under the tags after a build, and whether it is another than before.
    struct Result: Sendable {
        let digest: Digest
        let isNew: Bool
    }

    /// Builds `entry` from `source` and puts the result under `tags`.
    ///
    /// If it runs the same as the image that is there (`former`, else what stands under the entry's first tag that
    /// floats), this one gets the tags it lacks and nothing is pushed. `beforePush` is called before a tag moves, with the
    /// manifest that will stand under it, or nil if only the push will tell.
    func build(
        _ entry: BuildEntry,
        _ inputs: BuildInputs,
        at source: SourceState,
        _ tags: [Tag],
        insteadOf former: Digest?,
        beforePush: (Digest?) async throws -> Void
    ) async throws -> Result {
        guard let repository = sources.repository(of: entry.source), let first = tags.first else {
            throw Malformed("\(entry.source) cannot be read")
        }
        // Always the same for an image, so that a build that fails as before says the same as before.
        let folder = "\(work)/build-\(sha256Hex(entry.key.utf8).prefix(8))"
        try removeTree(folder)
        try createPrivateFolder(folder)
        defer { try? removeTree(folder) }
        let context = try await repository.export(entry.query, of: source.commit, to: folder + "/context")
        if entry.submodules {
            let copies = repository.isCopy ? repository.folder + "/modules" : sources.folder + "/configuration-modules"
            let submodules = GitSubmodules(copies: copies, limits: sources.limits)
            let (top, work) = (folder + "/context/tree", folder + "/modules")
            try await submodules.export(of: repository, entry.context, source.commit, to: top, work: work)
        }
        try createFolder(folder + "/work")
        let labels = BuildLabels(
            image: entry.key,
            configuration: configuration,
            fingerprint: inputs.fingerprint,
            source: sources.shownURL(of: entry.source),
            revision: source.commit.id
        )
        let secrets = try BuildSecrets(entry.secrets, self.secrets, in: folder)
        let request = BuildRequest(
            reference: registry.image(entry.name, first).description,
            context: context,
            labels: labels.pairs,
            args: entry.args,
            bases: source.bases.map { names.buildBase($0, isElsewhere: builder.isElsewhere) },
            platforms: entry.platforms,
            secrets: secrets.files,
            redaction: secrets.redaction,
            target: entry.target,
            timeout: entry.timeout,
            work: folder + "/work"
        )
        let id = ImageID.build(entry.key)
        let command = builder.command(for: request).brief("build --tag", through: request.reference)
        log(command)
        onOutput(id, command)
        let image = try await builder.build(request) { onOutput(id, $0) }
        if let digest = try await same(as: image, entry, former) {
            try await complete(digest, entry, tags)
            return Result(digest: digest, isNew: false)
        }
        try await beforePush(image.digest)
        return Result(digest: try await push(image, entry, tags), isNew: true)
    }

    /// The manifest that is there already and runs the same as `image`; nil if it is new.
    private func same(as image: BuiltImage, _ entry: BuildEntry, _ former: Digest?) async throws -> Digest? {
        var former = former
        if former == nil, let tag = entry.tags.first(where: \.isFloating).flatMap({ try? Tag($0.description) }) {
            former = await registry.client.head(registry.image(entry.name, tag)).value?.digest
        }
        guard let former else { return nil }
        let built =
            switch image {
            case .layout(let folder, let digest): try ImageLayout(folder).essence(of: digest)
            case .engine(let image): ["": image.essence]
            }
        guard !built.isEmpty, await registry.essence(of: former, in: entry.name) == built else { return nil }
        return former
    }

    /// Puts `digest` under those of the tags that are not on it.
    private func complete(_ digest: Digest, _ entry: BuildEntry, _ tags: [Tag]) async throws {
        var astray: [Tag] = []
        for tag in tags where await registry.client.head(registry.image(entry.name, tag)).value?.digest != digest {
            astray.append(tag)
        }
        if astray.isEmpty { return }
        let manifest = try await registry.client.manifest(registry.image(entry.name, digest))
        try await registry.tag(manifest, entry.name, astray)
    }

    private func push(_ image: BuiltImage, _ entry: BuildEntry, _ tags: [Tag]) async throws -> Digest {
        switch image {
        case .layout(let folder, let digest):
            try await registry.push(layout: folder, digest, to: entry.name, tags)
            return digest
        case .engine(let image):
            let first = registry.image(entry.name, tags[0])
            let digest = try await image.push(as: first.description, limit: entry.timeout)
            let manifest = try await registry.withoutAttestations(digest, in: entry.name)
            let rest = manifest.digest == digest ? Array(tags.dropFirst()) : tags
            try await registry.tag(manifest, entry.name, rest)
            return manifest.digest
        }
    }
}

extension KeptRegistry {
    /// The manifest of that digest, or of the one image in it if the rest is what BuildKit tells of the build, which
    /// differs from run to run.
    fileprivate func withoutAttestations(_ digest: Digest, in name: RepositoryName) async throws -> Manifest {
        let manifest = try await client.manifest(image(name, digest))
        guard case .index(let children) = try ManifestContent(manifest) else {
            sizes.note(manifest)
            return manifest
        }
        let images = children.filter { !$0.isAttestation }
        guard images.count == 1, children.count > 1 else { return manifest }
        return try await client.manifest(image(name, images[0].manifest.digest))
    }
}
