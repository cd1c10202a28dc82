import Glibc
import Synchronization

/// Speaks the OCI distribution protocol with every registry there is; one instance for all.
final class RegistryClient: Sendable {
    let http: HTTPClient
    let authorizer: Authorizer
    private let clock: any Clock<Duration>
    /// What registries have said about how much may be asked of them; a registry that wants quiet gets no request.
    let limits: RateLimits
    let shelf = ManifestShelf()
    /// Repositories without the referrers API, and since when that is known.
    ///
    /// Not whole registries: some say 404 of a repository that holds nothing yet, or have the API for some of them only.
    let withoutReferrers = Mutex<[ImageRepository: Moment]>([:])

    /// Joins the parts; `allowedRealms` are, by registry, the token servers (`HOST` or `HOST:PORT`) that may see its
    /// credentials.
    init(
        http: HTTPClient,
        credentials: DockerCredentials,
        allowedRealms: [RegistryHost: Set<String>] = [:],
        clock: any Clock<Duration> = ContinuousClock(),
        limits: RateLimits = RateLimits()
    ) {
        self.http = http
        self.clock = clock
        self.limits = limits
        authorizer = Authorizer(
            http: http,
            credentials: credentials,
            realms: RealmPolicy(allowedRealms),
            limits: limits,
            clock: clock
        )
    }

    /// Sends `call` until it succeeds, at most three times if what fails may pass; any answer without success throws.
    func answer(to call: RegistryCall) async throws(RegistryError) -> HTTPResponse {
        try await retrying { () async throws(RegistryError) in try await self.answerOnce(to: call) }
    }

    /// The longest pause a registry may ask for that is waited for on the spot.
    private static let longestPause = Duration.seconds(5)

    /// Runs `attempt` up to three times while its failure is transient, with growing, random pauses between.
    func retrying<Value>(_ attempt: () async throws(RegistryError) -> Value) async throws(RegistryError) -> Value {
        var pause = 0.3
        for _ in 1...2 {
            do throws(RegistryError) {
                return try await attempt()
            } catch {
                guard case .transient(let retryAfter) = error.kind, (retryAfter ?? .zero) <= Self.longestPause else {
                    throw error
                }
                let wait = max(Duration.seconds(pause * Double.random(in: 0.5...1.5)), retryAfter ?? .zero)
                guard await slept(wait) else { throw error.cancelled }
                pause *= 4
            }
        }
        return try await attempt()
    }

    func slept(_ duration: Duration) async -> Bool {
        do {
            try await clock.sleep(for: duration)
            return true
        } catch {
            return false
        }
    }
}

extension RegistryClient {
    static let redirectLimit = 5

    /// Sends `call` with what is known of the registry's ways, and once more if it wants other credentials.
    func answerOnce(to call: RegistryCall) async throws(RegistryError) -> HTTPResponse {
        try await heeding(call) { () async throws(RegistryError) in try await self.ask(call) }
    }

    private func ask(_ call: RegistryCall) async throws(RegistryError) -> HTTPResponse {
        let authorization = try await authorizer.authorization(for: call)
        var (response, url) = try await followTrying(call, authorization)
        if response.status == 401, call.isAtHome(url) {
            let renewed = try await authorizer.authorization(for: call, after: response, to: authorization)
            (response, url) = try await followTrying(call, renewed)
            if response.status == 401, call.isAtHome(url) { throw authorizer.denial(of: call, using: renewed) }
        }
        return try checked(response, call, at: url)
    }

    /// Runs `body` unless the registry wants to be left alone, and notes if it says so now.
    func heeding<Value>(
        _ call: RegistryCall,
        _ body: () async throws(RegistryError) -> Value
    ) async throws(RegistryError) -> Value {
        if let quiet = quiet(call) { throw quiet }
        do throws(RegistryError) {
            return try await body()
        } catch {
            switch error.kind {
            case .rateLimited(let after):
                limits.noteRefusal(retryAfter: after, by: call.registry, error.answer)
            // A pause too long to be waited for here is meant for everyone (RFC 9110 section 15.6.4).
            case .transient(let after?) where after > Self.longestPause:
                limits.noteRefusal(retryAfter: min(after, .seconds(3_600)), by: call.registry, error.answer)
            default: throw error
            }
            throw quiet(call) ?? error
        }
    }

    private func quiet(_ call: RegistryCall) -> RegistryError? {
        guard let until = limits.quiet(at: call.registry), let why = limits.silence(of: call.registry) else {
            return nil
        }
        return RegistryError(.rateLimited(retryAfter: max(until - .current(), .seconds(1))), call, why)
    }

    /// Sends `call`; what its registry says of a password is taken note of.
    private func followTrying(
        _ call: RegistryCall,
        _ authorization: String?
    ) async throws(RegistryError) -> (HTTPResponse, HTTPURL) {
        let isDenied = { (answer: (HTTPResponse, HTTPURL)) in answer.0.status == 401 && call.isAtHome(answer.1) }
        return try await authorizer.sending(authorization, with: call, isDenied: isDenied) {
            () async throws(RegistryError) in try await follow(call, authorization)
        }
    }

    /// Sends `call` and follows redirects by hand; the credentials stay with the registry.
    private func follow(
        _ call: RegistryCall,
        _ authorization: String?
    ) async throws(RegistryError) -> (HTTPResponse, HTTPURL) {
        var url = call.url
        for _ in 0...Self.redirectLimit {
            let response: HTTPResponse
            do throws(HTTPError) {
                response = try await http.send(call.request(at: url, authorization: authorization))
            } catch {
                throw RegistryError(error, call, at: url)
            }
            note(response, call)
            let isSafe = call.method == .get || call.method == .head
            guard isSafe, let next = try redirect(response, from: url, call) else { return (response, url) }
            url = next
        }
        throw RegistryError(.refused, call, "more than \(Self.redirectLimit) redirects")
    }

    func redirect(
        _ response: HTTPResponse,
        from url: HTTPURL,
        _ call: RegistryCall
    ) throws(RegistryError) -> HTTPURL? {
        do throws(Malformed) {
            return try response.redirect(from: url)
        } catch {
            throw RegistryError(.refused, call, status: response.status, error.message)
        }
    }

    /// The response if it is a success.
    func checked(
        _ response: HTTPResponse,
        _ call: RegistryCall,
        at url: HTTPURL
    ) throws(RegistryError) -> HTTPResponse {
        guard response.isSuccess else { throw RegistryError(response, to: call, at: url, now: time(nil)) }
        return response
    }

    func note(_ response: HTTPResponse, _ call: RegistryCall) {
        if let allowance = RateAllowance(response.headers) { limits.note(allowance, of: call.registry) }
    }
}
