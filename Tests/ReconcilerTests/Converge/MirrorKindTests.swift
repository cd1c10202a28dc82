import Testing

@testable import Reconciler

/// Images of every kind there is: each is copied with its digest, or refused with a line that says why.
struct MirrorKindTests {
    private let house: MirrorHouse
    private let image: ImageReference
    private let mirror = #"[{"image":"UP/lib/app:1","as":"app"}]"#

    init() async throws {
        // As installed, the registry refuses every manifest that names URLs.
        house = try await MirrorHouse(configuration: "validation: {manifests: {urls: {allow: ['^https?://']}}}\n")
        image = try house.upstream.image("lib/app:1")
    }

    private static func descriptor(_ text: String, _ type: String, _ more: String = "") -> String {
        #"{"mediaType":"\#(type)","size":\#(text.utf8.count),"digest":"\#(Digest.of(text.utf8))"\#(more)}"#
    }

    private static let layer = "application/vnd.oci.image.layer.v1.tar"
    private static let empty = descriptor("{}", "application/vnd.oci.empty.v1+json", #","data":"e30=""#)

    /// Puts a manifest with the blobs that the upstream is to have.
    @discardableResult
    private func put(
        _ json: String,
        _ type: String = MediaType.ociManifest,
        blobs: [String],
        as place: ImageReference? = nil
    ) async throws -> Manifest {
        for blob in blobs.map({ Array($0.utf8) }) {
            try await house.client.upload(blob, as: .of(blob), into: ImageRepository(of: image))
        }
        let manifest = Manifest(bytes: Array(json.utf8), mediaType: type)
        try await house.client.put(manifest, as: place ?? image)
        return manifest
    }

    @Test(arguments: [
        ("a chart", descriptor("c", "application/vnd.cncf.helm.config.v1+json"), [descriptor("l", "application/gzip")]),
        (
            "a wasm module", descriptor("c", "application/vnd.wasm.config.v0+json"),
            [descriptor("l", "application/wasm")]
        ),
        ("an empty config", empty, [descriptor("l", "text/plain")]),
        ("an empty config for a layer too", empty, [empty]),
        ("no layers", empty, []),
        ("a layer of no bytes", empty, [descriptor("", layer)]),
        ("one layer several times", empty, [layer, layer, layer, layer, layer].map { descriptor("l", $0) }),
    ])
    func `what has an odd config, or odd layers, keeps its digest`(
        name: String,
        config: String,
        layers: [String]
    ) async throws {
        let json = #"{"schemaVersion":2,"mediaType":"\#(MediaType.ociManifest)","artifactType":"application/x.a","#
        let parts = #""config":\#(config),"layers":[\#(layers.joined(separator: ","))]}"#
        let manifest = try await put(json + parts, blobs: ["{}", "c", "l", ""])
        let result = try await house.pass(mirror)
        #expect(result.isConverged, "\(name): \(result.failures)")
        #expect(try await house.held("app:1") == .present(manifest.digest))
        #expect(try await house.drifts(mirror, checksChildren: true).map(\.verdict) == [.inLine])
        // What has no platform is for every platform.
        let narrowed = #"[{"image":"UP/lib/app:1","as":"narrow","platforms":["linux/arm64"]}]"#
        #expect(try await house.pass(narrowed).isConverged)
    }

    @Test func `an index within an index comes with all that is in it, and so does what has a subject`() async throws {
        let inner = try await house.client.putIndex(image, ["linux/amd64", "linux/arm64"])
        let signature = try await house.client.putReferrer(of: inner, "s", in: image)
        let entries = [inner, inner, signature].map { manifest in
            #"{"mediaType":"\#(manifest.mediaType)","size":\#(manifest.bytes.count),"digest":"\#(manifest.digest)"}"#
        }
        let type = MediaType.ociIndex
        let list = entries.joined(separator: ",")
        let outer = try await put(
            #"{"schemaVersion":2,"mediaType":"\#(type)","manifests":[\#(list)]}"#,
            type,
            blobs: []
        )
        #expect(try await house.pass(mirror).isConverged)
        #expect(try await house.held("app:1") == .present(outer.digest))
        let all = [inner, signature].map(\.digest) + (try ManifestContent(inner).images.map(\.manifest.digest))
        for digest in all {
            #expect(await house.client.head(try house.kept.image("app").pinned(to: digest)).value != nil)
        }
        #expect(try await house.drifts(mirror, checksChildren: true).map(\.verdict) == [.inLine])
    }

    @Test(arguments: [
        ("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", true, false),
        ("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", true, true),
        ("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip", true, false),
        ("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip", true, true),
        ("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip", false, true),
    ])
    func `a foreign layer comes along if the upstream has it, and nobody asks its URLs`(
        type: String,
        hasURLs: Bool,
        isThere: Bool
    ) async throws {
        let elsewhere = try FakeServer { _ in nil }
        let urls = hasURLs ? #","urls":["\#(elsewhere.url)/layer"]"# : ""
        let isDocker = type.contains("docker")
        let kind = isDocker ? MediaType.dockerManifest : MediaType.ociManifest
        let config = Self.descriptor("{}", MediaType.imageConfigs[isDocker ? 1 : 0])
        let layers = Self.descriptor("base", type, urls)
        let json = #"{"schemaVersion":2,"mediaType":"\#(kind)","config":\#(config),"layers":[\#(layers)]}"#
        let manifest = try await put(json, kind, blobs: isThere ? ["{}", "base"] : ["{}"])
        let result = try await house.pass(mirror)
        #expect(result.isConverged, "\(result.failures)")
        #expect(try await house.held("app:1") == .present(manifest.digest))
        let isKept = try await house.client.hasBlob(Digest.of("base".utf8), in: house.kept.repository("app"))
        #expect(isKept == isThere)
        #expect(elsewhere.requests.isEmpty)
        #expect(try await house.drifts(mirror, checksChildren: true).map(\.verdict) == [.inLine])
    }

    @Test func `a registry that takes no URLs is a failure that says what to configure`() async throws {
        let strict = try await DockerRegistry()
        let type = "application/vnd.oci.image.layer.nondistributable.v1.tar"
        let layers = Self.descriptor("base", type, #","urls":["https://mcr.example/layer"]"#)
        let json = #"{"schemaVersion":2,"config":\#(Self.empty),"layers":[\#(layers)]}"#
        let bytes = Array("{}".utf8)
        try await house.client.upload(bytes, as: .of(bytes), into: strict.repository("a"))
        let manifest = Manifest(bytes: Array(json.utf8), mediaType: MediaType.ociManifest)
        let error = await #expect(throws: RegistryError.self) {
            try await house.client.put(manifest, as: strict.image("a:1"))
        }
        #expect(error?.kind == .refused)
        #expect(error?.hint?.contains("validation.manifests.urls.allow in its configuration") == true)
    }

    @Test func `the manifests of schema 1 are refused with the image's name and the way out`() async throws {
        let text = #"{"schemaVersion":1,"name":"app","tag":"1","fsLayers":[],"history":[]}"#
        let type = "application/vnd.docker.distribution.manifest.v1+prettyjws"
        let upstream = try FakeUpstream { request in
            guard request.target.contains("/manifests/") else { return .fine([]) }
            let about = ["Content-Type: \(type)", "Docker-Content-Digest: \(Digest.of(text.utf8))"]
            let length = request.method == "HEAD" ? ["Content-Length: \(text.utf8.count)"] : []
            return .instead(.answer(200, about + length, text))
        }
        let old = #"[{"image":"\#(upstream.server.address)/app:1","as":"old"}]"#
        let failure = try await house.pass(old).failures.first?.1 ?? ""
        #expect(failure.contains("\(upstream.server.address)/app"), "\(failure)")
        #expect(failure.contains("old schema 1; push it again with a Docker from after 2017"), "\(failure)")
        #expect(try await house.held("old:1") == .absent)
    }
}
