/// What is of use here in docker's `config.json`.
struct DockerConfiguration: Sendable {
    /// By registry.
    private var credentials: [String: Credential] = [:]
    private var helpers: [String: String] = [:]
    private var store: String?
    /// Registries whose `auth` cannot be read.
    private var damaged: Set<String> = []

    init() {}

    /// Reads the file's text; entries that make no sense are passed over, as docker does.
    init(_ bytes: [UInt8]) throws(JSONReader.Fault) {
        let json = try JSONReader.read(bytes)
        store = json["credsStore"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        for member in json["credHelpers"]?.members ?? [] {
            if let helper = member.value.string, let key = registryKey(member.key) { helpers[key] = helper }
        }
        for member in json["auths"]?.members ?? [] {
            guard let key = registryKey(member.key) else { continue }
            credentials[key] = Credential(member.value)
            if credentials[key] == nil, member.value["auth"]?.string?.isEmpty == false { damaged.insert(key) }
        }
    }

    func credential(for registry: RegistryHost) -> Credential? { credentials[registry.description] }

    /// Whether there is an entry for `registry` that makes no sense.
    func isDamaged(for registry: RegistryHost) -> Bool { damaged.contains(registry.description) }

    /// The credential helper that is responsible for `registry`, nil if none is.
    func helper(for registry: RegistryHost) -> String? { helpers[registry.description] ?? store }
}

/// The registry that a key of `auths` stands for: `https://index.docker.io/v1/`, `ghcr.io`, `localhost:5000`; nil for
/// keys with a path of their own, which docker does not use.
private func registryKey(_ key: String) -> String? {
    let bare = key.firstRange(of: "://").map { key[$0.upperBound...] } ?? key[...]
    let host = bare.prefix { $0 != "/" }
    guard ["", "/", "/v1", "/v1/", "/v2", "/v2/"].contains(String(bare[host.endIndex...])) else { return nil }
    return (try? RegistryHost(String(host)))?.description
}

extension Credential {
    /// Reads an entry of `auths`: an identity token, or `auth` as base64 of `user:secret`, or both in plain.
    fileprivate init?(_ entry: JSON) {
        if let token = entry["identitytoken"]?.string, !token.isEmpty {
            self = .identityToken(token)
            return
        }
        if let auth = entry["auth"]?.string, !auth.isEmpty {
            guard let bytes = decodeBase64(auth), let text = String(validating: bytes, as: UTF8.self),
                let colon = text.firstIndex(of: ":")
            else { return nil }
            let secret = text[text.index(after: colon)...]
            // Some versions of docker padded the secret with zero bytes.
            self = .password(user: String(text[..<colon]), secret: secret.filter { $0 != "\0" })
            return
        }
        guard let user = entry["username"]?.string, !user.isEmpty, let secret = entry["password"]?.string else {
            return nil
        }
        self = .password(user: user, secret: secret)
    }
}
