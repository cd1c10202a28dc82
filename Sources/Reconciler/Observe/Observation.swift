/// Everything one pass saw, for `drift` to compare with what is desired and remembered.
struct Observation: Sendable {
    /// What each build entry's source holds, by the entry's key.
    var sources: [String: Observed<SourceState>] = [:]
    /// The git tags that sources have, by the key of the entry that follows them.
    var gitTags: [String: Observed<[BranchName]>] = [:]
    /// The git tags that have an image in the kept registry, by the key of the entry, where nothing is remembered.
    var builtGitTags: [String: Set<BranchName>] = [:]
    /// The upstream's tags, for each repository of which an entry asks for tags by rule; absent if it has no list.
    var lists: [ImageReference: Observed<[Tag]>] = [:]
    /// The manifest that each mirrored image has upstream.
    var upstream: [ImageID: Observed<Digest>] = [:]
    /// What else was asked for of mirrored images, where it was.
    var details: [ImageID: MirrorLook.Details] = [:]
    /// The manifest under each tag of the kept registry.
    var registry: [Destination: Observed<Digest>] = [:]
    /// The remembered manifest itself, of images that no tag stands on: one that is absent cannot be put back.
    var stored: [ImageID: Observed<Digest>] = [:]
    /// The labels of images that nothing is remembered of, by the entry's key.
    var labels: [String: Observed<BuildLabels>] = [:]
    /// What the registry holds of placeholders' former values, by the entry's key, where nothing is remembered.
    var found: [String: Observed<[FoundImage]>] = [:]
    /// The manifest of each image of a `FROM` line that nothing here keeps.
    var bases: [ImageReference: Observed<Digest>] = [:]
}

/// What a build needs to know of its source at one commit.
struct SourceState: Sendable, Equatable {
    let commit: GitCommit
    /// The branch that was followed, by name.
    let branch: String
    /// The context and the Dockerfile, or why the commit has none that may be built.
    let context: ContextLook
    /// The images of the Dockerfile's `FROM` lines and the like, each with a tag; those pinned by digest are left out.
    var bases: [ImageReference] = []
    /// What has happened to the context since the last build: `8be01d4 fix flaky test (and 2 more)`; empty if unknown.
    var news = ""
}
