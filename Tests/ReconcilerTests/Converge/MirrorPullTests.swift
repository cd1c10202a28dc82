import Testing

@testable import Reconciler

/// Each manifest that is loaded from an upstream counts as a pull there.
struct MirrorPullTests {
    private let upstream: DockerRegistry
    private let house: MirrorHouse

    init() async throws {
        house = try await MirrorHouse(notesRequests: true)
        upstream = house.upstream
    }

    private static let platforms = (0..<4).map { "linux/a\($0)" }

    /// The manifests that were loaded from the upstream during `body`.
    private func pulls(_ body: () async throws -> Void) async throws -> Int {
        func count() throws -> Int {
            try upstream.requests.count { $0.hasPrefix("GET ") && $0.contains("/manifests/") }
        }
        let before = try count()
        try await body()
        return try count() - before
    }

    @Test func `tags on one digest cost one pull, and the plan knows`() async throws {
        for tag in 0..<5 { try await house.client.putImage(upstream.image("lib/app:\(tag)"), layers: ["x"]) }
        let mirror = #"[{"image":"UP/lib/app","tags":["*"],"as":"app"}]"#
        #expect(try await house.plan(mirror).pulls.first?.pulls == 1)
        #expect(try await pulls { try await house.pass(mirror) } == 1)
        for tag in 0..<5 { #expect(try await house.held("app:\(tag)").value != nil) }
    }

    @Test func `of an index that moved only what is new is pulled`() async throws {
        let image = try upstream.image("lib/app:1")
        try await house.client.putIndex(image, Self.platforms)
        let mirror = #"["UP/lib/app:1"]"#
        #expect(try await pulls { try await house.pass(mirror) } == 5)
        try await house.client.putIndex(image, Self.platforms + ["linux/new"])
        let again = house.restarted
        var isConverged = false
        #expect(try await pulls { isConverged = try await again.pass(mirror).isConverged } == 2)
        #expect(isConverged)
    }

    @Test func `an image that the registry has lost is all that is pulled again`() async throws {
        let index = try await house.client.putIndex(upstream.image("lib/app:1"), Self.platforms)
        let mirror = #"[{"image":"UP/lib/app:1","as":"app"}]"#
        try await house.pass(mirror)
        let child = try #require(try ManifestContent(index).images.first?.manifest.digest)
        try await house.client.delete(child, from: ImageRepository(house.kept.host, RepositoryName("app")))
        let again = house.restarted
        var isConverged = false
        #expect(try await pulls { isConverged = try await again.pass(mirror, checksChildren: true).isConverged } == 1)
        #expect(isConverged)
        #expect(await house.client.head(try house.kept.image("app:1").pinned(to: child)).value != nil)
    }
}
