import Testing

@testable import Reconciler

struct ManifestContentTests {
    private static let digest = "sha256:" + String(repeating: "ab", count: 32)

    private func content(_ text: String, _ type: String = MediaType.ociManifest) throws -> ManifestContent {
        try ManifestContent(Manifest(bytes: Array(text.replacing("DIGEST", with: Self.digest).utf8), mediaType: type))
    }

    @Test func `an image is its config and layers, foreign layers marked`() throws {
        let text = """
            {"schemaVersion":2,"config":{"mediaType":"c","size":2,"digest":"DIGEST"},"layers":[
            {"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","size":0,"digest":"DIGEST"},
            {"mediaType":"application/vnd.docker.image.rootfs.foreign.diff.tar.gzip","size":5,"digest":"DIGEST",
             "urls":["https://mcr.microsoft.com/x"]},
            {"mediaType":"application/vnd.oci.image.layer.nondistributable.v1.tar","size":5,"digest":"DIGEST"}]}
            """
        guard case .image(let config, let layers) = try content(text, MediaType.dockerManifest) else {
            Issue.record("no image")
            return
        }
        #expect(config.size == 2)
        #expect(layers.map(\.isForeign) == [false, true, true])
    }

    @Test func `an index is its children, with platforms and annotations`() throws {
        let text = """
            {"schemaVersion":2,"mediaType":"\(MediaType.ociIndex)","manifests":[
            {"mediaType":"m","size":7,"digest":"DIGEST","platform":{"architecture":"arm64","os":"linux","variant":"v8"}},
            {"mediaType":"m","size":7,"digest":"DIGEST","annotations":{"a":"b","n":1}}]}
            """
        guard case .index(let children) = try content(text, MediaType.ociIndex) else {
            Issue.record("no index")
            return
        }
        #expect(children[0].platform == .init(os: "linux", architecture: "arm64", variant: "v8"))
        #expect(children[1].platform == nil)
        #expect(children[1].annotations == ["a": "b"])
    }

    @Test func `a registry that only says JSON is helped out by the document`() throws {
        let text = #"{"schemaVersion":2,"mediaType":"\#(MediaType.ociIndex)","manifests":[]}"#
        #expect(try content(text, "application/json") == .index([]))
    }

    @Test(arguments: [
        ("", "the manifest is no valid JSON: the file ends where a value is expected, at byte 0"),
        ("[]", "the manifest is a list, not an object"),
        (
            #"{"schemaVersion":1,"fsLayers":[]}"#,
            "the image has a manifest of Docker's old schema 1; push it again with a Docker from after 2017"
        ),
        (#"{"config":{},"manifests":[]}"#, "the manifest is both an image and an index; not copied"),
        (
            #"{"mediaType":"application/x","layers":[]}"#,
            #"the manifest says it is "application/x", the registry says "application/vnd.oci.image.manifest.v1+json""#
        ),
        ("{}", "the manifest has no config"),
        (#"{"config":{"digest":"DIGEST","size":1}}"#, "the manifest has no list of layers"),
        (#"{"config":{"digest":"DIGEST","size":-1},"layers":[]}"#, "config of the manifest has no size"),
        (#"{"config":{"digest":"DIGEST","size":1e300},"layers":[]}"#, "config of the manifest has no size"),
        (#"{"config":{"digest":"DIGEST","size":1},"layers":[{}]}"#, "layer 1 of the manifest has no digest"),
        (
            #"{"config":{"digest":"sha256:../..","size":1},"layers":[]}"#,
            #""sha256:../.." is no digest; one is sha256: and 64 hexadecimal digits"#
        ),
        (#"{"layers":[],"layers":[]}"#, #"the manifest is no valid JSON: the key "layers" stands twice, at byte 13"#),
    ])
    func `what is no manifest, or could be two, is refused in words`(text: String, message: String) {
        #expect(throws: Malformed(message)) { try content(text) }
    }

    @Test func `the signed manifests of schema 1 are known by their type too`() {
        let type = "application/vnd.docker.distribution.manifest.v1+prettyjws"
        #expect(throws: Malformed.self) { try content(#"{"schemaVersion":2}"#, type) }
    }
}
