/// Why a registry did not do what it was asked; one line for people, and what follows for the program.
struct RegistryError: Error, Equatable, Sendable, CustomStringConvertible {
    enum Kind: Equatable, Sendable {
        case notFound
        /// `rejected`: the registry turned these very credentials down, and they are not tried again until they change.
        case unauthorized(rejected: Bool)
        /// The registry wants to be left alone, for as long as it said.
        case rateLimited(retryAfter: Duration?)
        /// The pulls that are left are for people; until then none is made.
        case allowanceSpent(until: Moment)
        /// The same request may succeed later.
        case transient(retryAfter: Duration?)
        /// Asking again gives the same answer.
        case refused
        case cancelled
    }

    let kind: Kind
    let verb: String
    /// Without query and user part.
    let url: String
    let status: Int?
    /// What the registry calls it (OCI distribution specification, "Error Codes"): `MANIFEST_BLOB_UNKNOWN`.
    var code: String?
    /// What was seen.
    let detail: String
    /// What to do about it.
    let hint: String?
    /// What it was asked for, where the URL alone does not tell: the image that is copied.
    private(set) var purpose: String?

    /// A failure that is not the answer to one call; the text must be safe to show.
    init(kind: Kind, verb: String, url: String, status: Int?, detail: String, hint: String?) {
        self.kind = kind
        self.verb = verb
        self.url = url
        self.status = status
        self.detail = detail
        self.hint = hint
    }

    init(_ kind: Kind, _ call: RegistryCall, status: Int? = nil, _ detail: String, hint: String? = nil) {
        self.init(kind, verb: call.method.rawValue, url: call.url, status: status, detail, hint: hint)
    }

    init(_ kind: Kind, verb: String, url: HTTPURL, status: Int? = nil, _ detail: String, hint: String? = nil) {
        self.init(kind: kind, verb: verb, url: url.redacted, status: status, detail: detail, hint: hint)
    }

    /// A request that got no answer from `url`, where a redirect may have led.
    init(_ error: HTTPError, _ call: RegistryCall, at url: HTTPURL) {
        let isTransient = error.isTransient && !(error == .tooSlow && call.waitsOnce)
        let kind: Kind = error == .cancelled ? .cancelled : isTransient ? .transient(retryAfter: nil) : .refused
        let place = url.authority == call.url.authority ? "" : "\(url.authority): "
        self.init(kind, call, place + error.description, hint: error.cure(for: url.authority))
    }

    /// The same failure, ended because nobody waits for it any more.
    var cancelled: RegistryError {
        RegistryError(kind: .cancelled, verb: verb, url: url, status: nil, detail: "cancelled", hint: nil)
    }

    /// The same failure, told as one of a copy of `upstream` into `repository`.
    ///
    /// What fails alike for all images of a host stays as it is, so that it is told once.
    func copying(_ upstream: ImageReference, into repository: RepositoryName) -> RegistryError {
        guard [upstream.repository, repository].contains(where: { url.contains("/v2/\($0)/") }) else { return self }
        var error = self
        error.purpose = "copy of \(upstream)"
        return error
    }

    /// Whether it is what `repository` answered, and no other; its registry may have sent us elsewhere for it.
    func isAnswer(of repository: ImageRepository) -> Bool {
        url.hasPrefix(HTTPURL(of: repository.registry).at(path: "/v2/\(repository.name)/").redacted)
    }

    /// What came back, whatever was asked for.
    var answer: String { (status.map { "\($0), " } ?? "") + detail }

    var description: String {
        // A host that wants quiet is one event, however many things are not asked for.
        if case .rateLimited = kind, status == nil { return detail }
        var line = (purpose.map { "\($0): " } ?? "") + "\(verb) \(url): "
        if let status { line += "\(status), " }
        line += detail
        if let hint { line += "; \(hint)" }
        return line
    }
}

extension RegistryError {
    /// An answer without success from `url`, where a redirect may have led.
    init(_ response: HTTPResponse, to call: RegistryCall, at place: HTTPURL? = nil, now: Int) {
        let url = place ?? call.url
        let (code, message) = response.registryError
        let isAway = url.authority != call.url.authority
        let detail = (isAway ? "\(url.authority): " : "") + (message ?? Self.words(for: response.status))
        let retryAfter = response.headers["Retry-After"].flatMap { parseRetryAfter($0, now: now) }
        let kind: Kind
        var hint: String?
        switch response.status {
        // An upload that is not known any more begins anew; whatever else a PUT or POST misses is not the thing asked for.
        case 404 where code == "BLOB_UPLOAD_UNKNOWN": kind = .transient(retryAfter: nil)
        case 404 where call.method == .put || call.method == .post: kind = .refused
        case 404:
            kind = .notFound
            if call.url.target.contains("/manifests/sha256:") {
                hint = "\(call.registry) has no image of that digest; if mirror.json names it, mend it there"
            } else if call.url.target.contains("/blobs/") {
                hint = "\(call.registry) has lost a part of the image; have it pushed there again, or name another tag"
            }
        case 401 where isAway, 403 where isAway:
            kind = .unauthorized(rejected: false)
            hint = "\(call.registry) sends us there; see that no proxy or firewall stands before \(url.authority)"
        case 401, 403:
            kind = .unauthorized(rejected: false)
            hint = "the credentials for \(call.registry) do not allow it, or it does not exist"
        case 429: kind = .rateLimited(retryAfter: retryAfter)
        case 501: kind = .refused
        case 408, 500...599:
            kind = .transient(retryAfter: retryAfter)
            hint =
                "it is tried again; if it stays so, the log of \(isAway ? url.authority : "\(call.registry)") says why"
        case 405 where call.method == .delete:
            kind = .refused
            hint =
                "let the registry delete: storage.delete.enabled in its configuration, or for the containers registry:2 "
                + "and registry:3 REGISTRY_STORAGE_DELETE_ENABLED=true in their environment"
        default: kind = .refused
        }
        self.init(kind, call, status: response.status, detail, hint: hint)
        self.code = code
    }

    private static func words(for status: Int) -> String {
        switch status {
        case 300...399: "redirected"
        case 401: "no access"
        case 403: "forbidden"
        case 404: "not found"
        case 405: "not allowed"
        case 408, 504: "the registry took too long"
        case 413: "too large for the registry"
        case 429: "too many requests"
        case 500...599: "the registry failed"
        default: "unexpected answer"
        }
    }
}

extension HTTPResponse {
    /// The first error that the body names: its code, and code and message for people, cut and made visible.
    fileprivate var registryError: (code: String?, message: String?) {
        guard let json = try? JSONReader.read(body), let error = json["errors"]?.array?.first else { return (nil, nil) }
        let parts = [error["code"]?.string, error["message"]?.string].compactMap { $0 }.filter { !$0.isEmpty }
        let text = visible(String(parts.joined(separator: ": ").prefix(200)))
        return (error["code"]?.string, text.isEmpty ? nil : text)
    }
}
