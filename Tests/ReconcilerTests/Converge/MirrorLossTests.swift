import Testing

@testable import Reconciler

/// A kept registry that loses what it was given, and may not know it.
struct MirrorLossTests {
    private let house: MirrorHouse
    private let image: ImageReference

    init() async throws {
        house = try await MirrorHouse(caches: true)
        image = try house.upstream.image("lib/app:1")
    }

    private func mirror(_ tags: String...) -> String {
        #"[{"image":"UP/lib/app","as":"app","tags":[\#(tags.map { "\"\($0)\"" }.joined(separator: ","))]}]"#
    }

    private func serves(_ text: String) async throws -> Bool {
        try await house.client.serves(blob(text), in: house.kept.repository("app"))
    }

    @Test func `a blob that was collected while the registry ran is sent again, whatever its cache says`() async throws
    {
        let first = try await house.client.putImage(image, layers: ["base", "one"])
        #expect(try await house.pass(mirror("1")).isConverged)
        try await house.client.delete(first.digest, from: house.kept.repository("app"))
        try await house.kept.collectGarbage()
        #expect(try await house.client.hasBlob(blob("base").digest, in: house.kept.repository("app")), "the cache lies")
        #expect(try await !serves("base"))

        try await house.client.putImage(try house.upstream.image("lib/app:2"), layers: ["base", "two"])
        #expect(try await house.pass(mirror("2")).isConverged)
        #expect(try await serves("base"))
    }

    @Test func `a registry that takes a manifest and does not have it is told to be restarted`() async throws {
        let manifest = try await house.client.putImage(image, layers: ["base"])
        #expect(try await house.pass(mirror("1")).isConverged)
        try await house.client.delete(manifest.digest, from: house.kept.repository("app"))
        try await house.kept.collectGarbage()
        let failures = try await house.pass(mirror("1")).failures
        #expect(
            failures.map(\.1) == [
                "HEAD \(house.kept.host)/app:1: it took \(manifest.digest.short) and does not have it; "
                    + "restart the registry: its cache is stale"
            ]
        )
    }

    @Test func `an image of an index that the registry takes and does not have leaves no tag`() async throws {
        let index = try await house.client.putIndex(image, ["linux/amd64", "linux/arm64"])
        #expect(try await house.pass(mirror("1")).isConverged)
        try house.kept.lose(try ManifestContent(index).images[0].manifest.digest)
        try await house.client.put(
            Manifest(bytes: index.bytes + Array(" ".utf8), mediaType: index.mediaType),
            as: try house.upstream.image("lib/app:2")
        )
        let failures = try await house.pass(mirror("2")).failures
        #expect(failures.map(\.0.description) == ["app:2"])
        #expect(failures.first?.1.hasSuffix("restart the registry: its cache is stale") == true)
        #expect(try await house.held("app:2") == .absent)
    }

    @Test func `a layer or config that the registry lost is found by the daily look and sent again`() async throws {
        let manifest = try await house.client.putImage(image, layers: ["base"])
        guard case .image(let config, _) = try ManifestContent(manifest) else { return }
        try await house.pass(mirror("1"))
        for lost in [blob("base").digest, config.digest] {
            try house.kept.lose(lost)
            #expect(try await house.drifts(mirror("1")).map(\.verdict) == [.inLine])
            let found = try await house.drifts(mirror("1"), checksChildren: true).map(\.verdict)
            #expect(found == [.drifted(.copy(manifest.digest), [.incomplete(try Tag("1"), lost: [lost])])])
            #expect(try await house.pass(mirror("1"), checksChildren: true).isConverged)
            #expect(try await house.drifts(mirror("1"), checksChildren: true).map(\.verdict) == [.inLine])
        }
    }

    @Test func `what images share is asked for once, and an index within an index is looked into`() async throws {
        let registry = try await DockerRegistry(notesRequests: true)
        let client = house.client
        let index = try await client.putIndex(registry.image("app:1"), ["linux/amd64", "linux/arm64"])
        let entry = #"{"mediaType":"\#(index.mediaType)","size":\#(index.bytes.count),"digest":"\#(index.digest)"}"#
        let text = #"{"schemaVersion":2,"mediaType":"\#(index.mediaType)","manifests":[\#(entry)]}"#
        let outer = Manifest(bytes: Array(text.utf8), mediaType: index.mediaType)
        try await client.put(outer, as: registry.image("app:2"))
        let looks = RegistryLooks(client: client, host: registry.host, now: .current()) { _ in true }
        let images = try [index, outer].map { manifest in
            let place = try registry.image("app").pinned(to: manifest.digest)
            return PlacedImage(id: .build("\(manifest.digest.hex)"), place: place, withBlobs: true)
        }
        let before = try registry.requests.count
        #expect(await looks.lost(of: images).values.allSatisfy { $0 == .present([]) })
        let asked = try registry.requests.dropFirst(before).filter { $0.contains("/blobs/") }
        #expect(asked.count == Set(asked).count && asked.count == 3, "a config and two layers: \(asked)")

        let child = try ManifestContent(index).images[1].manifest.digest
        try registry.lose(child)
        #expect(await looks.lost(of: images).values.allSatisfy { $0 == .present([child]) })
    }

    @Test func `a look into an image that fails is not taken for a complete one`() async throws {
        let name = FakeUpstream.manifest(of: "app")
        let server = try FakeUpstream { request in
            request.target.contains("/blobs/") ? .instead(.answer(500)) : .fine([])
        }
        let host = try RegistryHost(server.server.address)
        let looks = RegistryLooks(client: house.client, host: host, now: .current()) { _ in true }
        let place = try ImageReference("\(host)/app").pinned(to: .of(name.utf8))
        let lost = await looks.lost(of: [PlacedImage(id: .build("app"), place: place, withBlobs: true)])
        guard case .unknown(let why)? = lost[.build("app")] else {
            Issue.record("\(lost)")
            return
        }
        #expect(why.contains("500, the registry failed; "))
    }
}
