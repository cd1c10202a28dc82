import Glibc
import Synchronization

/// Tokens until they expire, by registry and by what they allow; many calls that want the same one wait for one fetch.
final class TokenCache: Sendable {
    private struct Key: Hashable {
        let registry: RegistryHost
        let scopes: [TokenScope]

        init(_ call: RegistryCall) {
            registry = call.registry
            scopes = call.scopes
        }
    }

    private typealias Fetch = Task<Result<Token, RegistryError>, Never>

    private struct State {
        var tokens: [Key: Token] = [:]
        var fetches: [Key: Fetch] = [:]
        /// What a registry named in its challenge besides what was asked for.
        var moreScopes: [Key: [String]] = [:]
    }

    private let state = Mutex(State())
    private let http: HTTPClient
    private let realms: RealmPolicy
    private let now: @Sendable () -> Duration

    init(http: HTTPClient, realms: RealmPolicy, now: @escaping @Sendable () -> Duration) {
        self.http = http
        self.realms = realms
        self.now = now
    }

    /// The header for `call`, from the cache or from `fetch`, which runs once however many ask.
    func token(
        for call: RegistryCall,
        fetch: @escaping @Sendable () async throws(RegistryError) -> Token
    ) async throws(RegistryError) -> String {
        let key = Key(call)
        while true {
            let (token, task) = state.withLock { state -> (Token?, Fetch?) in
                if let token = state.tokens[key], token.goodUntil > now() { return (token, nil) }
                if let running = state.fetches[key] { return (nil, running) }
                let task = Fetch { await self.store(key, fetch) }
                state.fetches[key] = task
                return (nil, task)
            }
            if let token { return token.header }
            guard let task else { continue }
            let result = await withTaskCancellationHandler {
                await task.value
            } onCancel: {
                task.cancel()
            }
            // Another caller's cancellation ends the common fetch; whoever still wants the token begins again.
            if case .failure(let error) = result, error.kind == .cancelled, !Task.isCancelled { continue }
            return try result.get().header
        }
    }

    private func store(
        _ key: Key,
        _ fetch: @Sendable () async throws(RegistryError) -> Token
    ) async -> Result<Token, RegistryError> {
        let result: Result<Token, RegistryError>
        do throws(RegistryError) { result = .success(try await fetch()) } catch { result = .failure(error) }
        state.withLock { state in
            state.fetches[key] = nil
            guard case .success(let token) = result else { return }
            if state.tokens.count >= 1_000 { state.tokens = state.tokens.filter { $0.value.goodUntil > now() } }
            state.tokens[key] = token
        }
        return result
    }

    func forget(_ call: RegistryCall) { state.withLock { $0.tokens[Key(call)] = nil } }

    /// Drops the token of `call` if it is the one that was `used`, and asks for `scope` too from now on.
    func forget(_ used: String?, _ call: RegistryCall, adding scope: String?) {
        let asked = Set(call.scopes.map(\.description))
        let more = (scope ?? "").split(separator: " ").map(String.init).filter { !asked.contains($0) }
        state.withLock { state in
            let key = Key(call)
            if let used, state.tokens[key]?.header == used { state.tokens[key] = nil }
            state.moreScopes[key] = more.isEmpty ? nil : Array(more.prefix(4))
        }
    }

    func isAnonymous(_ header: String, _ call: RegistryCall) -> Bool {
        state.withLock { state in
            guard let token = state.tokens[Key(call)], token.header == header else { return false }
            return token.isAnonymous
        }
    }

    /// Whether a token was good until just now: it died while its request waited.
    func hasExpired(_ header: String, _ call: RegistryCall) -> Bool {
        state.withLock { state in
            guard let token = state.tokens[Key(call)], token.header == header else { return false }
            return token.goodUntil <= now()
        }
    }

    /// Asks `server` for a token; a refusal of `credential` is `unauthorized(rejected: true)`.
    func fetch(
        from server: TokenServer,
        with credential: Credential?,
        for call: RegistryCall
    ) async throws(RegistryError) -> Token {
        try check(server.realm, credential, call)
        let scopes = call.scopes.map(\.description) + state.withLock { $0.moreScopes[Key(call)] ?? [] }
        var request = server.request(scopes, credential)
        request.refusesLinkLocal = !call.isAtHome(server.realm)
        request.deadline = min(request.deadline, call.deadline)
        let question = RegistryCall(request.method, server.realm, after: call)
        let response: HTTPResponse
        do throws(HTTPError) { response = try await http.send(request) } catch {
            throw RegistryError(error, question, at: server.realm)
        }
        guard response.isSuccess else { throw refusal(response, credential, question) }
        do throws(Malformed) {
            return try Token(response.body, isAnonymous: credential == nil, now: now())
        } catch {
            throw RegistryError(.refused, question, status: response.status, error.message)
        }
    }

    private func check(_ realm: HTTPURL, _ credential: Credential?, _ call: RegistryCall) throws(RegistryError) {
        guard realms.admits(realm, at: call.home) else {
            let seen = "it names \(realm.redacted) as its token server, which leaves TLS or leads to this machine"
            throw RegistryError(.refused, call, status: 401, seen)
        }
        guard credential == nil || realms.trusts(realm, for: call.registry, at: call.home) else {
            let seen = "it names \(visible(realm.authority)) as its token server, which is not known to be its own"
            let hint = "to let that see the credentials, give --allow-realm \(call.registry)=\(realm.authority)"
            throw RegistryError(.refused, call, status: 401, seen, hint: hint)
        }
    }

    private func refusal(
        _ response: HTTPResponse,
        _ credential: Credential?,
        _ question: RegistryCall
    ) -> RegistryError {
        switch (response.status, credential) {
        case (401, nil): .anonymous(question)
        // An identity token that is no longer good is `invalid_grant`, with status 400 (RFC 6749 section 5.2).
        case (401, .some), (400, .identityToken):
            RegistryError(.unauthorized(rejected: true), question, status: response.status, "credentials rejected")
        default: RegistryError(response, to: question, now: time(nil))
        }
    }
}

extension Token {
    fileprivate var header: String { "Bearer " + text }
}
