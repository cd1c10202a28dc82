/// What is followed in a source repository.
enum GitRef: Hashable, Sendable {
    /// The remote's default branch, whatever its name.
    case defaultBranch
    case branch(BranchName)
    /// All tags; which commits they are at is asked for in our own copy afterwards.
    case tags
    /// A commit by its name, which servers that speak version 2 of the protocol give out (gitprotocol-v2(5)).
    case commit(ObjectID)

    /// The name on the other side.
    var remoteName: String {
        switch self {
        case .defaultBranch: "HEAD"
        case .branch(let name): "refs/heads/\(name)"
        case .tags: "refs/tags/*"
        case .commit(let id): id.description
        }
    }

    /// The name in our own repository: of one level, so that `a` and a later `a/b` never stand in each other's way.
    var localName: String {
        switch self {
        case .defaultBranch: "refs/reconcile/HEAD"
        case .branch(let name): "refs/reconcile/branch-" + sha256Hex(name.description.utf8).prefix(40)
        case .tags: "refs/reconcile/tags/*"
        case .commit(let id): "refs/reconcile/commit-\(id)"
        }
    }
}

/// What is known of a commit without its tree.
struct GitCommit: Sendable, Equatable {
    let id: ObjectID
    let tree: ObjectID
    /// When it was committed, in seconds after 1970.
    let time: Int64
    /// The first line of its message, control characters escaped.
    let subject: String
}
