import Synchronization
import Testing

@testable import Reconciler

/// Signatures and the like that get lost here, that somebody else writes over, or that the upstream only promises.
struct MirrorReferrerLossTests {
    private let house: MirrorHouse
    private let image: ImageReference
    private let here: ImageReference
    private let mirror = #"[{"image":"UP/lib/app:1","as":"app","referrers":true}]"#

    init() async throws {
        house = try await MirrorHouse()
        image = try house.upstream.image("lib/app:1")
        here = try house.kept.image("app:1")
    }

    private var client: RegistryClient { house.client }

    /// What the daily look finds.
    private func found() async throws -> [Verdict] {
        try await house.drifts(mirror, checksChildren: true).map(\.verdict)
    }

    private func reasons() async throws -> [Reason] {
        guard case .drifted(.copyReferrers, let reasons)? = try await found().first else { return [] }
        return reasons
    }

    private func putRight() async throws {
        #expect(try await house.pass(mirror, checksChildren: true).isConverged)
        #expect(try await found() == [.inLine])
    }

    private func listed(_ manifest: Manifest) async throws -> [Digest] {
        try await client.entries(of: here.tagged(try Referrers.fallbackTag(of: manifest.digest)))
    }

    @Test func `a signature that the registry lost, or one of its blobs, is found by the daily look`() async throws {
        let manifest = try await client.putImage(image, layers: ["a"])
        let first = try await client.putReferrer(of: manifest, "first", in: image)
        try await client.putFallback(of: manifest, [first], in: image)
        try await house.pass(mirror)
        #expect(try await found() == [.inLine])

        try await client.delete(first.digest, from: house.kept.repository("app"))
        #expect(try await house.drifts(mirror).map(\.verdict) == [.inLine], "not asked for every minute")
        #expect(try await reasons() == [.lostReferrers([first.digest])])
        try await putRight()

        try house.kept.lose(blob("first").digest)
        #expect(try await reasons() == [.lostReferrers([first.digest])])
        try await putRight()
    }

    @Test func `a list that somebody wrote anew is made whole, and keeps what they put there`() async throws {
        let manifest = try await client.putImage(image, layers: ["a"])
        let first = try await client.putReferrer(of: manifest, "first", in: image)
        try await client.putFallback(of: manifest, [first], in: image)
        try await house.pass(mirror)
        let own = try await client.putReferrer(of: manifest, "own", in: here)
        try await client.putFallback(of: manifest, [own], in: here)
        #expect(try await reasons() == [.lostReferrers([first.digest])])
        try await putRight()
        #expect(try await listed(manifest) == [own.digest, first.digest])

        let tag = try Referrers.fallbackTag(of: manifest.digest)
        try await client.put(manifest, as: here.tagged(tag))
        #expect(try await reasons() == [.lostReferrers([first.digest])])
        try await putRight()
        #expect(try await listed(manifest) == [first.digest])
    }

    @Test func `a tag of cosign's that is gone comes back, and one with a signature more stays`() async throws {
        let manifest = try await client.putImage(image, layers: ["a"])
        let name = "sha256-\(manifest.digest.hex).sig"
        let signature = try await client.putReferrer(of: manifest, "sig", in: image, tag: name)
        try await house.pass(mirror)
        try await client.delete(signature.digest, from: house.kept.repository("app"))
        #expect(try await reasons() == [.lostReferrers([signature.digest])])
        try await putRight()
        #expect(try await house.held("app:\(name)") == .present(signature.digest))

        let both = try await client.putImage(here.tagged(try Reconciler.Tag(name)), layers: ["sig", "own"])
        #expect(try await found() == [.inLine])
        try await house.pass(mirror, forced: [Glob("*")])
        #expect(try await house.held("app:\(name)") == .present(both.digest))

        try await client.putImage(here.tagged(try Reconciler.Tag(name)), layers: ["own"])
        #expect(try await reasons() == [.lostReferrers([signature.digest])])
        try await putRight()
        #expect(try await house.held("app:\(name)") == .present(signature.digest))
    }

    @Test func `what a list names and the upstream lacks fails nothing, and is said`() async throws {
        let manifest = try await client.putImage(image, layers: ["a"])
        let first = try await client.putReferrer(of: manifest, "first", in: image)
        let gone = try await client.putReferrer(of: manifest, "gone", in: image)
        try await client.putFallback(of: manifest, [gone, first], in: image)
        try await client.delete(gone.digest, from: house.upstream.repository("lib/app"))
        #expect(try await house.pass(mirror).isConverged)
        #expect(try await listed(manifest) == [first.digest])
        let said = "its upstream lists \(gone.digest.short) as a signature or the like and does not have it"
        #expect(house.installation.reporter.journal.recent.contains(said))
        #expect(try await found() == [.inLine])
        #expect(try await house.restarted.drifts(mirror, checksChildren: true).map(\.verdict) == [.inLine])
    }

    @Test func `that this registry answers 404 is not taken for a gap of the upstream`() async throws {
        let manifest = try await client.putImage(image, layers: ["a"])
        let first = try await client.putReferrer(of: manifest, "first", in: image)
        try await client.putFallback(of: manifest, [first], in: image)
        let broken = try FakeServer { _ in .answer(404) }
        let registry = KeptRegistry(host: try broken.repository.registry, client: client)
        let copying = Copying(registry: registry, onBlob: { _ in }, beforeTag: { _ in }, onProgress: { _, _ in })
        let (subjects, upstream, name) = ([manifest.digest], image, try RepositoryName("app"))
        let error = await #expect(throws: RegistryError.self) {
            try await ReferrerCopying(copying: copying).copy(of: subjects, from: upstream, into: name)
        }
        #expect(error?.kind == .refused)
        #expect(error?.url.hasPrefix(broken.url) == true)
    }

    @Test func `that one repository has no referrers API says nothing of others`() async throws {
        let subject = Digest.of("x".utf8)
        let server = try FakeServer { request in
            switch request.target {
            case "/v2/a/referrers/\(subject)": .answer(200, [], #"{"manifests":[]}"#)
            case "/v2/b/referrers/\(subject)": .answer(404)
            case "/v2/c/referrers/\(subject)": .answer(200, [], "<html>")
            case "/v2/d/referrers/\(subject)": .answer(501)
            case let target where target.contains("/manifests/sha256-"): .answer(404)
            default: nil
            }
        }
        let client = RegistryClient(http: HTTPClient(), credentials: .none)
        for (name, hasAPI) in [("b", false), ("c", false), ("d", false), ("a", true), ("b", false)] {
            let repository = try ImageRepository(of: ImageReference("\(server.address)/\(name)"))
            #expect(try await (client.listedReferrers(of: subject, in: repository) != nil) == hasAPI, "\(name)")
        }
        #expect(server.lines.count == 4, "what is known is not asked again: \(server.lines)")
    }

    @Test func `a list of referrers whose second page fails is not taken for a registry without lists`() async throws {
        let subject = Digest.of("x".utf8)
        let server = try FakeServer { request in
            request.target.hasSuffix("page=2")
                ? .answer(404) : .answer(200, ["Link: <?page=2>; rel=\"next\""], #"{"manifests":[]}"#)
        }
        let client = RegistryClient(http: HTTPClient(), credentials: .none)
        let error = await #expect(throws: RegistryError.self) {
            try await client.listedReferrers(of: subject, in: server.repository)
        }
        #expect(error?.kind == .notFound)
    }
}
