/// What `docker login` left behind for one registry.
enum Credential: Hashable, Sendable {
    case password(user: String, secret: String)
    /// A refresh token that a token server has given (Docker's `identitytoken`).
    case identityToken(String)

    /// Tells whether credentials have changed without keeping them; equals the hash of the `Authorization` they make.
    var hash: Digest {
        switch self {
        case .password(let user, let secret): .of(("Basic " + base64("\(user):\(secret)".utf8)).utf8)
        case .identityToken(let token): .of(token.utf8)
        }
    }
}

/// Asks `docker-credential-NAME get` for what it keeps of a server; nil if it keeps nothing.
///
/// The user name `<token>` marks the secret as an identity token (docker-credential-helpers, "Development").
typealias CredentialHelper =
    @Sendable (_ name: String, _ server: String) async throws -> (user: String, secret: String)?
