import Synchronization

/// Finds the `Authorization` that each call needs: what a registry asked for before is sent at once the next time.
final class Authorizer: Sendable {
    /// How a registry wants to be convinced.
    private enum Scheme {
        case basic(header: String)
        case bearer(TokenServer)
    }

    private struct State {
        var schemes: [RegistryHost: Scheme] = [:]
    }

    private let credentials: DockerCredentials
    private let tokens: TokenCache
    private let limits: RateLimits
    private let logins: FirstLogins
    private let state = Mutex(State())

    /// `limits` keeps what was turned down, also over restarts.
    init(
        http: HTTPClient,
        credentials: DockerCredentials,
        realms: RealmPolicy,
        limits: RateLimits,
        clock: any Clock<Duration>
    ) {
        self.credentials = credentials
        self.limits = limits
        let now = stopwatch(clock)
        tokens = TokenCache(http: http, realms: realms, now: now)
        logins = FirstLogins(now: now)
    }

    /// What to send with `call` by what is known of its registry; nil before it has asked for anything.
    func authorization(for call: RegistryCall) async throws(RegistryError) -> String? {
        guard call.isAtHome(call.url) else { return nil }
        switch state.withLock({ $0.schemes[call.registry] }) {
        case nil: return nil
        case .basic(let header): return header
        case .bearer(let server): return try await token(from: server, call)
        }
    }

    /// What to send after the registry answered 401 to a call that went out with `used`.
    func authorization(
        for call: RegistryCall,
        after response: HTTPResponse,
        to used: String?
    ) async throws(RegistryError) -> String {
        let challenges = response.headers.values(of: "WWW-Authenticate").flatMap(Challenge.parse)
        if let bearer = challenges.first(where: { $0.scheme == "bearer" }) {
            let server = try TokenServer(bearer, call)
            state.withLock { $0.schemes[call.registry] = .bearer(server) }
            tokens.forget(used, call, adding: bearer.parameters["scope"])
            return try await token(from: server, call)
        }
        guard challenges.contains(where: { $0.scheme == "basic" }) else {
            throw RegistryError(
                .unauthorized(rejected: false),
                call,
                status: 401,
                "it asks for no password and no token"
            )
        }
        return try await password(call, used)
    }

    /// Runs `send` with `header`, and takes note if that is a password that is turned down; one that nobody has tried yet
    /// goes out alone.
    func sending<Value>(
        _ header: String?,
        with call: RegistryCall,
        isDenied: (Value) -> Bool,
        send: () async throws(RegistryError) -> Value
    ) async throws(RegistryError) -> Value {
        guard let header, header.hasPrefix("Basic ") else { return try await send() }
        let hash = Digest.of(header.utf8)
        let isAccepted = { (value: Value) in !isDenied(value) }
        return try await logins.attempt(hash, at: call.registry, isAccepted: isAccepted) {
            () async throws(RegistryError) in
            if isRejected(hash, call) { throw rejection(call) }
            let value = try await send()
            if isDenied(value) { reject(hash, call) } else { accept(call) }
            return value
        }
    }

    /// Why a registry that turned down `used`, asked for by itself just now, will not be asked again.
    func denial(of call: RegistryCall, using used: String) -> RegistryError {
        if used.hasPrefix("Basic ") {
            return rejection(call)
        }
        if tokens.hasExpired(used, call) {
            tokens.forget(call)
            return RegistryError(.transient(retryAfter: nil), call, status: 401, "the token has expired")
        }
        guard tokens.isAnonymous(used, call) else {
            let hint = "the credentials for \(call.registry) do not allow it, or it does not exist"
            return RegistryError(.unauthorized(rejected: false), call, status: 401, "no access", hint: hint)
        }
        return .anonymous(call)
    }

    /// Has the next call fetch a new token.
    func forgetToken(for call: RegistryCall) { tokens.forget(call) }

    private func password(_ call: RegistryCall, _ used: String?) async throws(RegistryError) -> String {
        guard case .password(let user, let secret) = try await credential(call) else { throw .anonymous(call) }
        let header = "Basic " + base64("\(user):\(secret)".utf8)
        let hash = Digest.of(header.utf8)
        guard header != used, !isRejected(hash, call) else { throw rejection(call) }
        state.withLock { $0.schemes[call.registry] = .basic(header: header) }
        return header
    }

    private func token(from server: TokenServer, _ call: RegistryCall) async throws(RegistryError) -> String {
        try await tokens.token(for: call) { () async throws(RegistryError) in
            guard let credential = try await self.credential(call) else {
                return try await self.tokens.fetch(from: server, with: nil, for: call)
            }
            let hash = credential.hash
            return try await self.logins.attempt(hash, at: call.registry, isAccepted: { _ in true }) {
                () async throws(RegistryError) in
                try await self.token(from: server, with: credential, hash, call)
            }
        }
    }

    private func token(
        from server: TokenServer,
        with credential: Credential,
        _ hash: Digest,
        _ call: RegistryCall
    ) async throws(RegistryError) -> Token {
        if isRejected(hash, call) { throw rejection(call) }
        do throws(RegistryError) {
            let token = try await tokens.fetch(from: server, with: credential, for: call)
            accept(call)
            return token
        } catch {
            guard error.kind == .unauthorized(rejected: true) else { throw error }
            reject(hash, call)
            throw rejection(call)
        }
    }

    private func credential(_ call: RegistryCall) async throws(RegistryError) -> Credential? {
        do throws(Malformed) {
            return try await credentials.credential(for: call.registry)
        } catch {
            throw RegistryError(.refused, call, error.message)
        }
    }

    private func isRejected(_ hash: Digest, _ call: RegistryCall) -> Bool {
        limits.rejected(by: call.registry) == credentials.mark(of: hash, for: call.registry)
    }

    /// Remembers that this credential is not to be tried again.
    private func reject(_ hash: Digest, _ call: RegistryCall) {
        limits.note(rejected: credentials.mark(of: hash, for: call.registry), by: call.registry)
        state.withLock { state in
            if case .basic = state.schemes[call.registry] { state.schemes[call.registry] = nil }
        }
        credentials.forgetHelperAnswer(for: call.registry)
    }

    private func accept(_ call: RegistryCall) { limits.note(rejected: nil, by: call.registry) }

    private func rejection(_ call: RegistryCall) -> RegistryError {
        let detail = "the credentials for \(call.registry) were rejected"
        let hint = "run docker login \(call.registry)"
        return RegistryError(.unauthorized(rejected: true), call, status: 401, detail, hint: hint)
    }
}

/// What has passed on `clock` since this call.
private func stopwatch(_ clock: any Clock<Duration>) -> @Sendable () -> Duration {
    func start<Some: Clock<Duration>>(_ clock: Some) -> @Sendable () -> Duration {
        let beginning = clock.now
        return { beginning.duration(to: clock.now) }
    }
    return start(clock)
}

extension RegistryError {
    /// A call that needs credentials where there are none.
    static func anonymous(_ call: RegistryCall) -> RegistryError {
        let (detail, hint) = ("no credentials for \(call.registry)", "run docker login \(call.registry)")
        return RegistryError(.unauthorized(rejected: false), call, status: 401, detail, hint: hint)
    }
}
