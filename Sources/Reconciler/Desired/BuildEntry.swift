/// One entry of `build.json`: an image and how it is built from a git repository.
struct BuildEntry: Sendable, Equatable {
    /// The entry's name as written, with its tag, which names the image in records, logs and `force`: `api:v2`.
    var key: String
    let name: RepositoryName
    let source: GitURL
    /// What to follow; nil means the remote's default branch.
    let branch: BranchName?
    /// The git tags to build instead of a branch; nil follows the branch.
    let gitTags: Glob?
    /// How many of them the first pass builds.
    let newest: Int
    /// The one of the git tags that this is about; nil for an entry as it stands in the file.
    var gitTag: BranchName?
    /// The build context, a folder of the repository.
    let context: RepositoryPath
    /// The Dockerfile's place in the repository (`path` and `file` joined); it may lie outside the context.
    let dockerfile: RepositoryPath
    var tags: [TagTemplate]
    /// How many former values of tags with placeholders stay desired; nil means all.
    let keep: Int?
    let args: [String: String]
    /// The Dockerfile's stage to build; nil means the last one.
    let target: String?
    /// What to build for; empty leaves it to the builder.
    let platforms: [Platform]
    /// Names in the secrets file, by the id that `RUN --mount=type=secret` asks for.
    let secrets: [String: String]
    let submodules: Bool
    /// Whether a new image under a name of a `FROM` line is a reason to build again.
    var followsBases: Bool
    let timeout: Duration
    /// How often to look at the source; nil means `--interval`.
    let every: Duration?
    let webhooks: [WebhookEntry]
    let isPaused: Bool
}
