import Synchronization
import Testing

@testable import Reconciler

/// What works, against the distribution's own registry.
struct RegistryClientTests {
    let registry: DockerRegistry
    let client: RegistryClient

    init() async throws {
        registry = try await DockerRegistry()
        client = RegistryClient(http: HTTPClient(), credentials: .none)
    }

    @Test func `an image put by parts is found, loaded and deleted`() async throws {
        let image = try registry.image("team/app:v1")
        #expect(await client.head(image) == .absent)
        let manifest = try await client.putImage(image, layers: ["one", "two"])
        #expect(await client.head(image) == .present(manifest.descriptor))
        #expect(try await client.manifest(image) == manifest)
        #expect(try await client.manifest(image.pinned(to: manifest.digest)) == manifest)
        #expect(try await client.tags(of: ImageRepository(of: image)) == [Tag("v1")])
        try await client.delete(manifest.digest, from: ImageRepository(of: image))
        #expect(await client.head(image) == .absent)
    }

    @Test func `a blob is copied between registries as it is`() async throws {
        let other = try await DockerRegistry()
        let (source, target) = (try registry.repository("a"), try other.repository("b/c"))
        let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
        let digest = Digest.of(bytes)
        try await client.upload(bytes, as: digest, into: source)
        let blob = BlobDescriptor(digest: digest, mediaType: "", size: Int64(bytes.count), urls: [])
        #expect(try await !client.hasBlob(digest, in: target))
        let seen = Mutex<Int64>(0)
        try await client.copyBlob(blob, from: source, to: target) { count in seen.withLock { $0 = count } }
        #expect(seen.withLock { $0 } == 3_000_000)
        #expect(try await client.smallBlob(blob, in: target) == bytes)
    }

    @Test func `a blob of another repository is mounted, an unknown one leaves an upload to go on with`() async throws {
        let bytes = Array("layer".utf8)
        let digest = Digest.of(bytes)
        let (first, second) = (try registry.repository("first"), try registry.repository("second"))
        try await client.upload(bytes, as: digest, into: first)
        guard case .mounted = try await client.mount(digest, from: first.name, into: second) else {
            Issue.record("not mounted")
            return
        }
        #expect(try await client.hasBlob(digest, in: second))

        let (other, third) = (try await DockerRegistry(), try registry.repository("third"))
        let unknown = Array("unknown".utf8)
        let source = try other.repository("first")
        try await client.upload(unknown, as: .of(unknown), into: source)
        guard case .needsUpload(let session) = try await client.mount(.of(unknown), from: first.name, into: third)
        else {
            Issue.record("mounted from nothing")
            return
        }
        let blob = BlobDescriptor(digest: .of(unknown), mediaType: "", size: Int64(unknown.count), urls: [])
        try await client.copyBlob(blob, from: source, to: third, continuing: session)
        #expect(try await client.smallBlob(blob, in: third) == unknown)
    }

    @Test func `a file is uploaded, and a wrong digest is refused by the registry`() async throws {
        let folder = try TemporaryFolder()
        let bytes = [UInt8](repeating: 7, count: 700_000)
        try folder.write(bytes, to: "layer")
        let repository = try registry.repository("files")
        try await client.upload(file: folder.path + "/layer", size: 700_000, as: .of(bytes), into: repository)
        #expect(try await client.hasBlob(.of(bytes), in: repository))
        let error = await #expect(throws: RegistryError.self) {
            try await client.upload(Array("x".utf8), as: .of(bytes), into: repository)
        }
        #expect(error?.kind == .refused)
        #expect(error?.description.contains("400, DIGEST_INVALID") == true)
    }
}
