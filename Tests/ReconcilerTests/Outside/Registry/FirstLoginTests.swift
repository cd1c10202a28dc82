import Testing

@testable import Reconciler

/// Wrong passwords: repeated tries lock an account.
struct FirstLoginTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func client(_ limits: RateLimits) -> RegistryClient {
        let credentials = DockerCredentials(folder: folder.path) { _, _ in nil }
        return RegistryClient(http: HTTPClient(), credentials: credentials, clock: SkippingClock(), limits: limits)
    }

    private func login(_ server: FakeServer) throws {
        try folder.write(#"{"auths":{"\#(server.address)":{"username":"me","password":"secret"}}}"#, to: "config.json")
    }

    @Test(arguments: ["Basic realm=\"x\"", "Bearer realm=\"http://HOST/token\",service=s"])
    func `many that want in at once try a password once, and no later run tries it again`(
        challenge: String
    ) async throws {
        let server = try FakeServer { request in
            if request.target.hasPrefix("/token") { return .answer(401) }
            let asks = challenge.replacing("HOST", with: request.headers["host"] ?? "")
            return .answer(401, ["WWW-Authenticate: \(asks)"])
        }
        try login(server)
        let (limits, names) = (RateLimits(), (0..<30).map { "a\($0)" })
        let attempts = { server.requests.count { $0.headers["authorization"] != nil } }
        func all(_ client: RegistryClient) async throws {
            let images = try names.map { try ImageReference("\(server.address)/\($0):1") }
            for look in await sideBySide(images, atMost: 30, { await client.head($0) }) {
                let why = if case .unknown(let why) = look { why } else { "\(look)" }
                #expect(why.hasSuffix("were rejected; run docker login \(server.address)"))
            }
        }
        try await all(client(limits))
        #expect(attempts() == 1)
        let later = RateLimits()
        later.restore(limits.standings.mapValues { RateLimits.Standing($0.json) })
        try await all(client(later))
        #expect(attempts() == 1, "nor does another run")
        try login(server)
        try await all(client(later))
        #expect(attempts() == 2, "docker login was run again, and the account may have been unlocked")
    }
}
