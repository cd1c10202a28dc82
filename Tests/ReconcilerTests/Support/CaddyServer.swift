@testable import Reconciler

/// A real Caddy that speaks HTTPS with HTTP/2 on loopback, with a certificate of its own for `localhost`.
final class CaddyServer: Sendable {
    let url: String
    /// The PEM file that vouches for it.
    let certificate: String
    private let folder: TemporaryFolder
    private let process: ServerProcess

    /// Starts it with these directives for its only site; with `isExpired` its certificate was good for a day years ago.
    init(_ directives: String, isExpired: Bool = false) async throws {
        folder = try TemporaryFolder()
        certificate = folder.path + "/cert.pem"
        let port = try Loopback.freePort()
        url = "https://localhost:\(port)"
        let key = folder.path + "/key.pem"
        try await Self.makeCertificate(isExpired: isExpired, in: folder)
        try folder.write(
            """
            {
                admin off
                auto_https off
            }
            \(url) {
                tls \(certificate) \(key)
                \(directives)
            }

            """,
            to: "Caddyfile"
        )
        let arguments = ["caddy", "run", "--config", folder.path + "/Caddyfile", "--adapter", "caddyfile"]
        process = try await ServerProcess(arguments, in: folder, answersOn: port)
    }

    /// `cert.pem` and `key.pem`; of the tools of openssl only `ca` sets times in the past.
    private static func makeCertificate(isExpired: Bool, in folder: TemporaryFolder) async throws {
        try folder.write(
            """
            [ca]
            default_ca = own
            [own]
            database = index
            new_certs_dir = .
            rand_serial = yes
            default_md = sha256
            policy = any
            x509_extensions = names
            [any]
            commonName = supplied
            [names]
            subjectAltName = DNS:localhost

            """,
            to: "ca.cnf"
        )
        try folder.write("", to: "index")
        let dates = isExpired ? "-startdate 20200101000000Z -enddate 20200102000000Z" : "-days 2"
        try await shell(
            """
            openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost -keyout key.pem \
                -out request.pem
            openssl ca -batch -notext -selfsign -config ca.cnf -keyfile key.pem -in request.pem -out cert.pem \(dates)
            """,
            in: folder.path
        )
    }
}
