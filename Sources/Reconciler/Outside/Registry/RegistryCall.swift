/// One question to a registry, before it is known with which credentials.
struct RegistryCall: Sendable {
    let registry: RegistryHost
    let method: HTTPRequest.Method
    let url: HTTPURL
    /// What a token must allow.
    let scopes: [TokenScope]
    var headers: [HTTPRequest.Header] = []
    var body = HTTPRequest.Body.none
    /// What becomes of the answer's body.
    var reception = HTTPRequest.Reception.kept(upTo: 1 << 20)
    var deadline = Duration.seconds(60)
    /// Whether an answer that does not come in time is not waited for again.
    var waitsOnce = false

    /// The registry's own address, the only one that sees its credentials.
    let home: HTTPURL

    /// A call under `/v2/NAME/` of the repository's registry; `path` is what follows, such as `manifests/latest`.
    init(
        _ method: HTTPRequest.Method,
        _ repository: ImageRepository,
        _ path: String,
        scopes: [TokenScope]
    ) {
        registry = repository.registry
        home = HTTPURL(of: registry)
        self.method = method
        url = home.at(path: "/v2/\(repository.name)/\(path)")
        self.scopes = scopes
    }

    /// A call that follows from `other`, at an address that the registry has given.
    init(_ method: HTTPRequest.Method, _ url: HTTPURL, after other: RegistryCall) {
        registry = other.registry
        home = other.home
        self.method = method
        self.url = url
        scopes = other.scopes
        (deadline, waitsOnce) = (other.deadline, other.waitsOnce)
    }

    /// Whether `url` is on the registry itself, and so may see its credentials.
    func isAtHome(_ url: HTTPURL) -> Bool { url.hasOrigin(of: home) }

    /// The request at `url`, which a redirect may have changed; only the registry itself gets `authorization`.
    func request(at url: HTTPURL, authorization: String?) -> HTTPRequest {
        var request = HTTPRequest(method, url)
        request.headers = headers
        if let authorization, isAtHome(url) { request.set("Authorization", authorization) }
        request.body = body
        request.reception = reception
        request.deadline = deadline
        request.refusesLinkLocal = !isAtHome(url)
        return request
    }
}

/// What a token must allow (distribution token scope documentation): `repository:library/alpine:pull`.
struct TokenScope: Hashable, Comparable, Sendable, CustomStringConvertible {
    let description: String

    static func pull(_ name: RepositoryName) -> TokenScope { TokenScope(description: "repository:\(name):pull") }
    static func push(_ name: RepositoryName) -> TokenScope { TokenScope(description: "repository:\(name):pull,push") }
    static func delete(_ name: RepositoryName) -> TokenScope {
        TokenScope(description: "repository:\(name):delete,pull")
    }

    static func < (left: TokenScope, right: TokenScope) -> Bool { left.description < right.description }
}
