/// Which token servers may see a registry's credentials.
struct RealmPolicy: Sendable {
    /// By registry, `HOST` or `HOST:PORT` of the token servers that a person has allowed.
    private let allowed: [RegistryHost: Set<String>]

    /// Registries whose token servers are known to be theirs; a common parent domain proves nothing.
    private static let known = ["docker.io": "auth.docker.io", "registry.gitlab.com": "gitlab.com"]

    init(_ allowed: [RegistryHost: Set<String>] = [:]) { self.allowed = allowed }

    /// Whether credentials for `registry`, which answers at `home`, may be sent to `realm`.
    func trusts(_ realm: HTTPURL, for registry: RegistryHost, at home: HTTPURL) -> Bool {
        guard admits(realm, at: home) else { return false }
        if realm.host == home.host, realm.port == home.port { return true }
        if let known = Self.known[registry.description], realm.isSecure, realm.authority == known { return true }
        return allowed[registry]?.contains(realm.authority) ?? false
    }

    /// Whether a token may be fetched from `realm` at all, with or without credentials.
    func admits(_ realm: HTTPURL, at home: HTTPURL) -> Bool { mayFollow(from: home, to: realm) }
}
