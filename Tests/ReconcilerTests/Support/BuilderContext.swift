@testable import Reconciler

/// A build context with a static busybox in it, and where its build happens.
struct BuilderContext: Sendable {
    let top: TemporaryFolder
    let settings: BuilderSettings

    /// Makes it; `builderFolder` is where the builder's storage goes.
    init(_ environment: [String: String] = [:], builderFolder: String = "builder") throws {
        top = try TemporaryFolder()
        try createFolder(top.path + "/context", mode: 0o755)
        try writeFile(top.path + "/context/busybox", try readFile("/usr/bin/busybox", atMost: 8 << 20), mode: 0o755)
        try writeFile(top.path + "/context/file", Array("content".utf8), mode: 0o644)
        let settings = BuilderSettings(
            folder: "\(top.path)/\(builderFolder)",
            environment: inheritedEnvironment().merging(environment) { $1 },
            groups: RunningGroups(folder: top.path + "/running")
        )
        self.settings = settings
        try settings.write(BuilderRegistries(loopback: [], mirrors: []))
    }

    /// Asks for a build of this Dockerfile, each in a folder of its own.
    func request(
        _ dockerfile: String,
        name: String = "first",
        reference: String = "localhost:5999/test-js:latest",
        args: [String: String] = [:],
        labels: [String: String] = [:],
        target: String? = nil,
        timeout: Duration = .seconds(60)
    ) throws -> BuildRequest {
        let work = "\(top.path)/\(name)"
        try createFolder(work)
        try writeFile(work + "/Dockerfile", Array(dockerfile.utf8))
        return BuildRequest(
            reference: reference,
            context: ExportedContext(folder: top.path + "/context", dockerfile: work + "/Dockerfile"),
            labels: labels,
            args: args,
            target: target,
            timeout: timeout,
            work: work
        )
    }
}

/// The image in a layout, read back as a registry would be given it.
struct LayoutImage {
    let manifest: JSON
    let configuration: JSON

    init(_ image: BuiltImage) throws {
        guard case .layout(let folder, let digest) = image else { throw BuilderFault("no layout") }
        func read(_ digest: Digest) throws -> JSON {
            let bytes = try readFile("\(folder)/blobs/sha256/\(digest.hex)", atMost: 64 << 20)
            guard Digest.of(bytes) == digest else { throw BuilderFault("\(digest) has other bytes") }
            return try JSONReader.read(bytes)
        }
        manifest = try read(digest)
        configuration = try read(try Digest(manifest["config"]?["digest"]?.string ?? ""))
        for layer in manifest["layers"]?.array ?? [] {
            let digest = try Digest(layer["digest"]?.string ?? "")
            let bytes = try readFile("\(folder)/blobs/sha256/\(digest.hex)", atMost: 64 << 20)
            guard Digest.of(bytes) == digest, bytes.count == layer["size"]?.int else { throw BuilderFault("bad layer") }
        }
        let index = try JSONReader.read(try readFile(folder + "/index.json", atMost: 1 << 20))
        guard index["manifests"]?.array?.first?["digest"]?.string == digest.description else {
            throw BuilderFault("the index names another manifest")
        }
    }

    var layers: [String] { (manifest["layers"]?.array ?? []).compactMap { $0["digest"]?.string } }
}
