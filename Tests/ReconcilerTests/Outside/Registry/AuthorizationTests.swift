import Synchronization
import Testing

@testable import Reconciler

struct AuthorizationTests {
    private let clock = SkippingClock()
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// What a registry of one tag answers to those it lets in.
    private static let found = FakeServer.Reply.answer(
        200,
        ["Docker-Content-Digest: \(Digest.of(Array("{}".utf8)))", "Content-Type: \(MediaType.ociManifest)"],
        "{}"
    )

    /// A registry that wants a token of `realm`, by default of its own, and lets in whoever brings one of `good`.
    private func registry(realm: String? = nil, good: @escaping @Sendable (String) -> Bool) throws -> FakeServer {
        try FakeServer { request in
            let own = "http://\(request.headers["host"] ?? "")/token"
            let challenge = "WWW-Authenticate: Bearer realm=\"\(realm ?? own)\",service=\"s\""
            if request.target.hasPrefix("/token") {
                return .answer(200, [], #"{"token":"t\#(request.headers["authorization"] == nil ? "" : "-me")"}"#)
            }
            let token = (request.headers["authorization"] ?? "").dropFirst("Bearer ".count)
            return good(String(token)) ? Self.found.withLength(request) : .answer(401, [challenge])
        }
    }

    private func client(
        allowing realms: [RegistryHost: Set<String>] = [:],
        limits: RateLimits = RateLimits()
    ) -> RegistryClient {
        let credentials = DockerCredentials(folder: folder.path) { _, _ in nil }
        return RegistryClient(
            http: HTTPClient(),
            credentials: credentials,
            allowedRealms: realms,
            clock: clock,
            limits: limits
        )
    }

    private func login(_ server: FakeServer, _ entry: String = #"{"username":"me","password":"secret"}"#) throws {
        try folder.write(#"{"auths":{"\#(server.address)":\#(entry)}}"#, to: "config.json")
    }

    private func image(_ server: FakeServer, _ name: String = "a") throws -> ImageReference {
        try ImageReference("\(server.address)/\(name):1")
    }

    @Test func `one token serves many calls until it is about to expire`() async throws {
        let server = try registry { $0 == "t" }
        let (client, image) = (client(), try image(server))
        await withTaskGroup { group in
            for _ in 0..<30 { group.addTask { await client.head(image).value != nil } }
            for await isFound in group { #expect(isFound) }
        }
        let tokens = { server.lines.count { $0 == "GET /token?service=s&scope=repository:a:pull" } }
        #expect(tokens() == 1)
        clock.advance(by: .seconds(49))
        #expect(await client.head(image).value != nil)
        #expect(tokens() == 1)
        clock.advance(by: .seconds(1))
        #expect(await client.head(image).value != nil)
        #expect(tokens() == 2)
        #expect(await client.head(try self.image(server, "b")).value != nil)
        #expect(server.lines.suffix(2) == ["GET /token?service=s&scope=repository:b:pull", "HEAD /v2/b/manifests/1"])
    }

    @Test func `a token that expired early is fetched again, once`() async throws {
        let isRevoked = Mutex(false)
        let server = try registry { token in !isRevoked.withLock { $0 } && token == "t" }
        let (client, image) = (client(), try image(server))
        #expect(await client.head(image).value != nil)
        isRevoked.withLock { $0 = true }
        let line = "HEAD \(server.url)/v2/a/manifests/1: 401, no credentials for \(server.address); "
        #expect(await client.head(image) == .unknown(line + "run docker login \(server.address)"))
        #expect(server.lines.suffix(3).map { $0.prefix(9) } == ["HEAD /v2/", "GET /toke", "HEAD /v2/"])
    }

    @Test func `a token that dies while its request waits is no denial`() async throws {
        let deaths = Mutex(1)
        let clock = clock
        let server = try registry { token in
            guard !token.isEmpty, deaths.withLock({ $0 > 0 }) else { return token == "t" }
            deaths.withLock { $0 -= 1 }
            clock.advance(by: .seconds(60))
            return false
        }
        #expect(await client().head(try image(server)).value != nil)
    }

    @Test func `credentials go to the registry's own token server`() async throws {
        let server = try registry { $0 == "t-me" }
        try login(server)
        #expect(await client().head(try image(server)).value != nil)
        let asked = try #require(server.requests.first { $0.target.hasPrefix("/token") })
        #expect(asked.target == "/token?service=s&account=me&scope=repository:a:pull")
        #expect(asked.headers["authorization"] == "Basic bWU6c2VjcmV0")
    }

    @Test func `credentials never go to a token server elsewhere, unless it is allowed by name`() async throws {
        let attacker = try FakeServer { _ in .answer(200, [], #"{"token":"t"}"#) }
        let server = try registry(realm: attacker.url + "/token") { $0 == "t" }
        try login(server)
        let line = """
            HEAD \(server.url)/v2/a/manifests/1: 401, it names \(attacker.address) as its token server, which is not known \
            to be its own; to let that see the credentials, give --allow-realm \(server.address)=\(attacker.address)
            """
        #expect(await client().head(try image(server)) == .unknown(line))
        #expect(attacker.requests.isEmpty)
        let allowing = client(allowing: [try RegistryHost(server.address): [attacker.address]])
        #expect(await allowing.head(try image(server)).value != nil)
        #expect(attacker.requests.map { $0.headers["authorization"] } == ["Basic bWU6c2VjcmV0"])
    }

    @Test func `without credentials any token server will do`() async throws {
        let elsewhere = try FakeServer { _ in .answer(200, [], #"{"token":"t"}"#) }
        let server = try registry(realm: elsewhere.url) { $0 == "t" }
        #expect(await client().head(try image(server)).value != nil)
        #expect(elsewhere.requests.map { $0.headers["authorization"] } == [nil])
    }

    @Test func `a token server in the clear, or without an end, is refused`() async throws {
        let flood = try FakeServer { _ in
            .endless(head: "HTTP/1.1 200 OK\r\n\r\n", chunk: String(repeating: "x", count: 9_999))
        }
        for (realm, reason) in [
            ("http://tokens.example/", "which leaves TLS or leads to this machine"),
            (flood.url, "the answer is larger than 1.0 MB"), ("ftp://x/", "no http or https URL"),
        ] {
            let server = try registry(realm: realm) { _ in false }
            guard case .unknown(let seen) = await client().head(try image(server)) else {
                Issue.record("not refused: \(realm)")
                return
            }
            #expect(seen.contains(reason))
        }
    }

    @Test func `rejected credentials are not tried again until they change`() async throws {
        let server = try FakeServer { request in
            if request.headers["authorization"] == "Basic bWU6Z29vZA==" { return Self.found.withLength(request) }
            return .answer(401, ["WWW-Authenticate: Basic realm=\"x\""])
        }
        try login(server)
        let (client, image) = (client(), try image(server))
        let attempts = { server.requests.count { $0.headers["authorization"] != nil } }
        let rejected = """
            HEAD \(server.url)/v2/a/manifests/1: 401, the credentials for \(server.address) were rejected; \
            run docker login \(server.address)
            """
        for _ in 0..<3 { #expect(await client.head(image) == .unknown(rejected)) }
        #expect(attempts() == 1)
        try login(server, #"{"username":"me","password":"good"}"#)
        #expect(await client.head(image).value != nil)
        #expect(attempts() == 2)
    }

    @Test(arguments: [
        (#"{"username":"me","password":"secret"}"#, 401, "GET /token?service=s&account=me&scope=repository:a:pull"),
        (#"{"identitytoken":"refresh me"}"#, 400, "POST /token"),
    ])
    func `credentials that a token server rejects are not tried again either`(
        entry: String,
        status: Int,
        line: String
    ) async throws {
        let server = try FakeServer { request in
            if request.target.hasPrefix("/token") { return .answer(status) }
            return .answer(
                401,
                ["WWW-Authenticate: Bearer realm=\"http://\(request.headers["host"] ?? "")/token\",service=s"]
            )
        }
        try login(server, entry)
        let client = client()
        for _ in 0..<3 {
            let error = await #expect(throws: RegistryError.self) { try await client.descriptor(of: image(server)) }
            #expect(error?.kind == .unauthorized(rejected: true))
        }
        #expect(server.lines.filter { $0.contains("token") } == [line])
    }

    @Test func `an identity token is posted, not put into a URL`() async throws {
        let server = try registry { $0 == "t" }
        try login(server, #"{"identitytoken":"refresh me"}"#)
        #expect(await client().head(try image(server)).value != nil)
        let asked = try #require(server.requests.first { $0.method == "POST" })
        let form =
            "service=s&grant_type=refresh_token&client_id=reconcile&refresh_token=refresh%20me&scope=repository:a:pull"
        #expect(asked.body == Array(form.utf8))
    }

    @Test func `a real registry with a password lets in who has it`() async throws {
        // The password is `secret`; only bcrypt will do for the registry.
        let hash = "$2y$04$wFTzd0S04091osHonYs5M.M7bQf4AnBI8A/lp8TzNtblRqJoej0B2"
        let registry = try await DockerRegistry(configuration: "auth: {htpasswd: {realm: x, path: FOLDER/htpasswd}}\n")
        {
            folder in
            try folder.write("me:\(hash)\n", to: "htpasswd")
        }
        try folder.write(#"{"auths":{"\#(registry.host)":{"username":"me","password":"secret"}}}"#, to: "config.json")
        let manifest = try await client().putImage(registry.image("a:1"), layers: ["x"])
        #expect(await client().head(try registry.image("a:1")) == .present(manifest.descriptor))
        try folder.write(#"{}"#, to: "config.json")
        let anonymous = await #expect(throws: RegistryError.self) {
            try await client().tags(of: registry.repository("a"))
        }
        #expect(anonymous?.hint == "run docker login \(registry.host)")
    }
}

extension FakeServer.Reply {
    /// The reply to a `HEAD` with the length that a `GET` would have.
    func withLength(_ request: FakeServer.Request) -> FakeServer.Reply {
        guard case .answer(let status, let headers, let body) = self, request.method == "HEAD" else { return self }
        return .answer(status, headers + ["Content-Length: \(body.utf8.count)"])
    }
}
