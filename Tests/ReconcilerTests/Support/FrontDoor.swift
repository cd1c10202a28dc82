import Testing

@testable import Reconciler

/// A real Caddy with the project's Caddyfile, on free ports of loopback, with certificates of its own authority.
final class FrontDoor: Sendable {
    let port: UInt16
    let folder: TemporaryFolder
    private let caddy: RunningService

    /// The names that stand in for those of a server.
    static let (registry, webhook) = ("localhost", "webhook.localhost")

    init(registry: RegistryHost, nudges: UInt16, pages: String, password: String) async throws {
        folder = try TemporaryFolder()
        port = try Loopback.freePort()
        // bcrypt at its cheapest: caddy hash-password takes a second, and so does each answer to its hash.
        let hash = try await shell("htpasswd -nbBC 4 '' '\(password)'").filter { $0 != "\n" && $0 != ":" }
        let variables = [
            "REGISTRY_NAME": Self.registry, "WEBHOOK_NAME": Self.webhook, "REGISTRY_USER": "me",
            "REGISTRY_PASSWORD_HASH": hash, "REGISTRY_ADDRESS": "\(registry)", "NUDGE_ADDRESS": "127.0.0.1:\(nudges)",
            "PUBLIC_FOLDER": pages, "HOME": folder.path, "XDG_DATA_HOME": folder.path, "XDG_CONFIG_HOME": folder.path,
        ]
        try folder.write(
            """
            {
                admin off
                local_certs
                skip_install_trust
                default_bind 127.0.0.1
                http_port \(try Loopback.freePort())
                https_port \(port)
            }
            import \(try projectFile("Caddyfile"))

            """,
            to: "Caddyfile"
        )
        let command = Command(
            "caddy",
            ["run", "--config", folder.path + "/Caddyfile", "--adapter", "caddyfile"],
            environment: inheritedEnvironment().merging(variables) { $1 },
            folder: folder.path
        )
        caddy = try RunningService(command, log: folder.path + "/log")
        let authority = folder.path + "/caddy/pki/authorities/local/root.crt"
        let port = port
        try await eventually("Caddy has its certificates and answers") {
            try fileKind(authority) == .file && Loopback.answers(port)
        }
        try folder.write(try readFile(authority, atMost: 1 << 16), to: "certificates/ca.crt")
    }

    var certificates: String { folder.path + "/certificates" }

    /// Asks for a path of the webhook name with curl; the answer's status, a line, and then its head and body.
    func curl(_ path: String, _ options: String = "") async throws -> String {
        try await shell(
            """
            curl -sS -i --max-time 20 --cacert \(certificates)/ca.crt \
            --resolve \(Self.webhook):\(port):127.0.0.1 \(options) https://\(Self.webhook):\(port)\(path)
            """
        )
    }
}

/// A file at the top of the project.
func projectFile(_ name: String) throws -> String {
    let sources = #filePath.split(separator: "/").dropLast(4)
    return sources.reduce("") { $0 + "/" + $1 } + "/" + name
}
