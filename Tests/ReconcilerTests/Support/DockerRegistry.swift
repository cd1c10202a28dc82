@testable import Reconciler

/// A real `docker-registry` on a free port of loopback, with its own storage; ends with its last owner.
final class DockerRegistry: Sendable {
    let host: RegistryHost
    private let folder: TemporaryFolder
    private let process: ServerProcess

    /// Starts it; `configuration` is more lines for its `config.yml`, such as an `auth:` section, where `FOLDER` stands
    /// for the temporary folder that `prepare` may put files into; `notesRequests` is needed for `requests`; `caches` has
    /// it answer from memory, as it does when installed from a package.
    init(
        port: UInt16? = nil,
        configuration: String = "",
        notesRequests: Bool = false,
        caches: Bool = false,
        prepare: (TemporaryFolder) throws -> Void = { _ in }
    ) async throws {
        folder = try TemporaryFolder()
        try prepare(folder)
        let port = try port ?? Loopback.freePort()
        host = try RegistryHost("127.0.0.1:\(port)")
        try folder.write(
            """
            version: 0.1
            log: {level: error, accesslog: {disabled: \(!notesRequests)}}
            storage:
              filesystem: {rootdirectory: \(folder.path)/data}
              delete: {enabled: true}
              cache: {\(caches ? "blobdescriptor: inmemory" : "")}
            http: {addr: '127.0.0.1:\(port)'}

            """ + configuration.replacing("FOLDER", with: folder.path),
            to: "config.yml"
        )
        process = try await ServerProcess(
            ["docker-registry", "serve", folder.path + "/config.yml"],
            in: folder,
            answersOn: port
        )
    }

    /// What it was asked so far, in order: `HEAD /v2/a/manifests/1`.
    var requests: [String] {
        get throws {
            let log = String(decoding: try readFile(folder.path + "/log", atMost: 64 << 20), as: UTF8.self)
            // Apache's combined format: 127.0.0.1 - - [time] "HEAD /v2/ HTTP/1.1" 200 …
            return log.split(separator: "\n").compactMap { line in
                let words = line.split(separator: "\"", maxSplits: 2)
                guard line.hasPrefix("127.0.0.1 - "), words.count == 3 else { return nil }
                return words[1].split(separator: " ").prefix(2).joined(separator: " ")
            }
        }
    }

    /// Deletes what no manifest points to, while it runs, and thereby behind the back of its cache.
    func collectGarbage() async throws {
        try await ServerProcess.run(["docker-registry", "garbage-collect", folder.path + "/config.yml"], in: folder)
    }

    /// Removes the bytes of a blob or manifest from its storage.
    func lose(_ digest: Digest) throws {
        try removeTree(folder.path + "/data/docker/registry/v2/blobs/sha256/\(digest.hex.prefix(2))/\(digest.hex)")
    }

    /// Removes all that it holds, while it runs.
    func wipe() throws { try removeTree(folder.path + "/data/docker") }

    func repository(_ name: String) throws -> ImageRepository {
        ImageRepository(host, try RepositoryName(name))
    }

    func image(_ text: String) throws -> ImageReference { try ImageReference("\(host)/\(text)") }
}
