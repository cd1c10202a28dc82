/// The repositories that a nudge names, and which sources they may be.
///
/// In doubt a source is one of them, for that costs a look at the most.
struct PushedRepositories {
    private let identities: Set<String>
    private let paths: Set<String>

    /// `identities` are those of `GitURL.identity`.
    init(_ identities: Set<String>) {
        // Large hosts take `Team/App` for `team/app`.
        self.identities = Set(identities.map { $0.lowercased() })
        paths = Set(self.identities.compactMap { path(of: $0) })
    }

    /// Over ssh the host may be an alias of ssh_config(5), as accounts with several deploy keys have them; so the path
    /// alone counts there, if it has a folder in it.
    func contains(_ source: GitURL) -> Bool {
        let identity = source.identity.lowercased()
        if identities.contains(identity) { return true }
        guard source.transport == .ssh, let path = path(of: identity) else { return false }
        return paths.contains(path)
    }
}

/// What follows the host in an identity; nil if that is one name alone.
private func path(of identity: String) -> String? {
    guard let slash = identity.firstIndex(of: "/") else { return nil }
    let path = identity[identity.index(after: slash)...]
    return path.contains("/") ? String(path) : nil
}
