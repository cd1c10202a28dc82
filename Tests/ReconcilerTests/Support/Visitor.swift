@testable import Reconciler

/// Makes registry clients with a `config.json` of their own, on a clock that does not wait.
final class Visitor: Sendable {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A client without credentials.
    func client() -> RegistryClient {
        let credentials = DockerCredentials(folder: folder.path) { _, _ in nil }
        return RegistryClient(http: HTTPClient(), credentials: credentials, clock: SkippingClock())
    }

    /// A client that is logged in to the server as `me` with the password `secret`.
    func client(for server: FakeServer) throws -> RegistryClient {
        let entry = #"{"username":"me","password":"secret"}"#
        try folder.write(#"{"auths":{"\#(server.address)":\#(entry)}}"#, to: "config.json")
        return client()
    }
}

extension FakeServer {
    /// The repository `a` of a server that plays a registry.
    var repository: ImageRepository {
        get throws { ImageRepository(try RegistryHost(address), try RepositoryName("a")) }
    }

    /// The image `a:1` of a server that plays a registry.
    var image: ImageReference {
        get throws { try ImageReference("\(address)/a:1") }
    }
}

extension FakeServer.Reply {
    /// A registry's way to ask for a password.
    static let wantsPassword = FakeServer.Reply.answer(401, ["WWW-Authenticate: Basic realm=\"x\""])
}

/// What a manifest would say of a blob with this text.
func blob(_ text: String) -> BlobDescriptor {
    BlobDescriptor(digest: .of(Array(text.utf8)), mediaType: "", size: Int64(text.utf8.count), urls: [])
}
