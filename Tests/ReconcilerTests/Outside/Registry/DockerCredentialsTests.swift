import Synchronization
import Testing

@testable import Reconciler

struct DockerCredentialsTests {
    private let folder: TemporaryFolder
    private let asked = Asked()

    private final class Asked: Sendable {
        let names = Mutex<[String]>([])
    }

    init() throws { folder = try TemporaryFolder() }

    private func credentials(
        answer: @escaping @Sendable () throws -> (user: String, secret: String)? = { nil }
    ) -> DockerCredentials {
        let asked = asked
        return DockerCredentials(folder: folder.path) { name, server in
            asked.names.withLock { $0.append("\(name) \(server)") }
            return try answer()
        }
    }

    @Test func `every form of an entry is understood`() async throws {
        try folder.write(
            """
            {"auths":{"https://index.docker.io/v1/":{"auth":"bWU6c2VjcmV0OndpdGg6Y29sb25z"},"ghcr.io":{"identitytoken":"id",
            "auth":"eDp5"},"https://localhost:5000":{"username":"u","password":"p"},"empty.example":{},
            "bad.example":{"auth":"!!"},"path.example/team":{"username":"u","password":"p"}}}
            """,
            to: "config.json"
        )
        let credentials = credentials()
        let expected: [(String, Credential?)] = [
            ("docker.io", .password(user: "me", secret: "secret:with:colons")), ("ghcr.io", .identityToken("id")),
            ("localhost:5000", .password(user: "u", secret: "p")), ("localhost", nil), ("empty.example", nil),
            ("path.example", nil), ("ghcr.io:444", nil),
        ]
        for (registry, credential) in expected {
            #expect(try await credentials.credential(for: RegistryHost(registry)) == credential)
        }
        let fault = await #expect(throws: Malformed.self) {
            try await credentials.credential(for: RegistryHost("bad.example"))
        }
        let words = "config.json: the \"auth\" of bad.example is damaged; run docker login bad.example"
        #expect(fault?.message == "\(folder.path)/\(words)")
        #expect(asked.names.withLock { $0 } == [])
    }

    @Test func `a registry's own helper is asked before the common store, and once for many calls`() async throws {
        try folder.write(#"{"credHelpers":{"ecr.example":"ecr-login"},"credsStore":"desktop"}"#, to: "config.json")
        let credentials = credentials { ("<token>", "refresh") }
        for _ in 0..<3 {
            #expect(try await credentials.credential(for: RegistryHost("ecr.example")) == .identityToken("refresh"))
        }
        _ = try await credentials.credential(for: .dockerHub)
        #expect(asked.names.withLock { $0 } == ["ecr-login ecr.example", "desktop https://index.docker.io/v1/"])
    }

    @Test func `the file is read again when it has changed`() async throws {
        let (credentials, host) = (credentials(), try RegistryHost("ghcr.io"))
        #expect(try await credentials.credential(for: host) == nil)
        try folder.write(#"{"auths":{"ghcr.io":{"username":"u","password":"old"}}}"#, to: "config.json")
        #expect(try await credentials.credential(for: host) == .password(user: "u", secret: "old"))
        try folder.write(#"{"auths":{"ghcr.io":{"username":"u","password":"newer"}}}"#, to: "config.json")
        #expect(try await credentials.credential(for: host) == .password(user: "u", secret: "newer"))
    }

    @Test func `a file or helper that fails is told in one line`() async throws {
        try folder.write("{\"auths\":}", to: "config.json")
        let error = await #expect(throws: Malformed.self) { try await credentials().credential(for: .dockerHub) }
        #expect(error?.message.hasPrefix("\(folder.path)/config.json is no valid JSON: unexpected") == true)
        try folder.write(#"{"credsStore":"../sh"}"#, to: "config.json")
        await #expect(throws: Malformed("\(folder.path)/config.json: \"../sh\" is no name of a credential helper")) {
            try await credentials().credential(for: .dockerHub)
        }
        try folder.write(#"{"credsStore":"pass"}"#, to: "config.json")
        await #expect(throws: Malformed("docker-credential-pass failed for docker.io: no keyring")) {
            try await credentials { throw Malformed("no keyring") }.credential(for: .dockerHub)
        }
    }
}
