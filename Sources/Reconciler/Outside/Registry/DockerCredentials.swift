import Glibc
import Synchronization

/// The credentials of `docker login`, read again whenever the file has changed.
final class DockerCredentials: Sendable {
    /// What tells one state of the file from another.
    private struct Stamp: Equatable {
        let seconds: Int
        let nanoseconds: Int
        let size: Int64
        let node: UInt64
    }

    private struct State {
        var stamp: Stamp?
        var configuration = DockerConfiguration()
        /// What helpers have answered, so that a thousand repositories do not run one a thousand times.
        var answers: [RegistryHost: (credential: Credential?, at: ContinuousClock.Instant)] = [:]
    }

    private let path: String
    private let helper: CredentialHelper
    private let state = Mutex(State())

    /// Takes the folder of `config.json`, by default docker's own choice, and what runs `docker-credential-NAME`.
    init(folder: String? = DockerCredentials.defaultFolder, helper: @escaping CredentialHelper) {
        path = folder.map { $0 + "/config.json" } ?? ""
        self.helper = helper
    }

    /// `$DOCKER_CONFIG`, or `.docker` in the home folder; nil if there is neither.
    static var defaultFolder: String? {
        if let named = getenv("DOCKER_CONFIG").map({ String(cString: $0) }), !named.isEmpty { return named }
        return getenv("HOME").map { String(cString: $0) + "/.docker" }
    }

    /// The credential for `registry`; nil if there is none.
    func credential(for registry: RegistryHost) async throws(Malformed) -> Credential? {
        let configuration = try configuration()
        guard let name = configuration.helper(for: registry) else {
            if configuration.isDamaged(for: registry) {
                throw Malformed("\(path): the \"auth\" of \(registry) is damaged; run docker login \(registry)")
            }
            return configuration.credential(for: registry)
        }
        return try await answer(of: name, registry) ?? configuration.credential(for: registry)
    }

    /// Recognises the credential of that hash as long as nobody has logged in anew.
    func mark(of hash: Digest, for registry: RegistryHost) -> CredentialMark {
        let stamp = state.withLock { $0.stamp }
        let time = stamp.map { "\($0.seconds) \($0.nanoseconds)" } ?? ""
        return CredentialMark(hash, of: registry, stamp: time)
    }

    /// Has the helper asked again the next time.
    func forgetHelperAnswer(for registry: RegistryHost) { state.withLock { $0.answers[registry] = nil } }

    private func answer(of name: String, _ registry: RegistryHost) async throws(Malformed) -> Credential? {
        let known = state.withLock { $0.answers[registry] }
        if let known, known.at.duration(to: .now) < .seconds(300) { return known.credential }
        guard !name.isEmpty, name.utf8.allSatisfy({ isTagByte($0) }) else {
            throw Malformed("\(path): \(quoted(name)) is no name of a credential helper")
        }
        let server = registry == .dockerHub ? "https://index.docker.io/v1/" : registry.description
        let answer: (user: String, secret: String)?
        do { answer = try await helper(name, server) } catch {
            throw Malformed("docker-credential-\(name) failed for \(registry): \(visible("\(error)"))")
        }
        let credential = answer.map { answer in
            answer.user == "<token>"
                ? Credential.identityToken(answer.secret) : .password(user: answer.user, secret: answer.secret)
        }
        state.withLock { $0.answers[registry] = (credential, .now) }
        return credential
    }

    private func configuration() throws(Malformed) -> DockerConfiguration {
        var facts = stat()
        guard !path.isEmpty else { return DockerConfiguration() }
        guard stat(path, &facts) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return DockerConfiguration() }
            throw Malformed("\(path) cannot be read: \(errnoText())")
        }
        let stamp = Stamp(
            seconds: facts.st_mtim.tv_sec,
            nanoseconds: facts.st_mtim.tv_nsec,
            size: Int64(facts.st_size),
            node: UInt64(facts.st_ino)
        )
        if let known = state.withLock({ $0.stamp == stamp ? $0.configuration : nil }) { return known }
        let configuration: DockerConfiguration
        let bytes = try contents(of: path)
        do throws(JSONReader.Fault) { configuration = try DockerConfiguration(bytes) } catch {
            throw Malformed("\(path) is no valid JSON: \(error.message), at byte \(error.offset)")
        }
        state.withLock { state in
            (state.stamp, state.configuration, state.answers) = (stamp, configuration, [:])
        }
        return configuration
    }
}

/// The bytes of a small file; more than 1 MiB, or what cannot be read, is a fault.
private func contents(of path: String) throws(Malformed) -> [UInt8] {
    do {
        return try readFile(path, atMost: 1 << 20)
    } catch {
        throw Malformed("\(error)")
    }
}
