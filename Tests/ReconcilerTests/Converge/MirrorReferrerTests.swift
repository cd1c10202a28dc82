import Testing

@testable import Reconciler

/// Signatures and the like, between registries that have the fallback tag only.
struct MirrorReferrerTests {
    private let house: MirrorHouse
    private let image: ImageReference
    private let mirror = #"[{"image":"UP/lib/app:1","as":"app","referrers":true}]"#

    init() async throws {
        house = try await MirrorHouse()
        image = try house.upstream.image("lib/app:1")
    }

    private func kept(_ digest: Digest) async throws -> Bool {
        await house.client.head(try house.kept.image("app").pinned(to: digest)).value != nil
    }

    @Test func `signatures come along, and later ones though the tag did not move`() async throws {
        let manifest = try await house.client.putImage(image, layers: ["a"])
        let fallback = try Referrers.fallbackTag(of: manifest.digest)
        let first = try await house.client.putReferrer(of: manifest, "first", in: image)
        try await house.client.putFallback(of: manifest, [first], in: image)
        #expect(try await house.pass(mirror).isConverged)
        #expect(try await kept(first.digest))
        #expect(try await house.client.entries(of: try house.kept.image("app").tagged(fallback)) == [first.digest])
        #expect(try await house.drifts(mirror).map(\.verdict) == [.inLine])

        // What somebody else has put here stays in the list.
        let own = try await house.client.putReferrer(of: manifest, "own", in: try house.kept.image("app:1"))
        try await house.client.putFallback(of: manifest, [first, own], in: try house.kept.image("app:1"))
        let second = try await house.client.putReferrer(of: manifest, "second", in: image)
        try await house.client.putFallback(of: manifest, [first, second], in: image)
        #expect(try await house.pass(mirror).images.values.map { $0 } == [.converged])
        let listed = try await house.client.entries(of: try house.kept.image("app").tagged(fallback))
        #expect(listed == [first.digest, own.digest, second.digest])
        #expect(try await house.drifts(mirror).map(\.verdict) == [.inLine])
    }

    @Test func `cosign's tags come along, for an index and for its images`() async throws {
        let index = try await house.client.putIndex(image, ["linux/amd64", "linux/arm64"])
        let arm = try ManifestContent(index).images[1].manifest
        let child = try await house.client.manifest(image.pinned(to: arm.digest))
        let tag = "sha256-\(index.digest.hex).sig"
        let signature = try await house.client.putReferrer(of: index, "sig", in: image, tag: tag)
        #expect(try await house.pass(mirror).isConverged)
        #expect(try await house.held("app:\(tag)") == .present(signature.digest))

        let sbom = "sha256-\(arm.digest.hex).att"
        let attestation = try await house.client.putReferrer(of: child, "att", in: image, tag: sbom)
        #expect(try await house.pass(mirror).isConverged)
        #expect(try await house.held("app:\(sbom)") == .present(attestation.digest))
    }

    @Test func `an entry that asks for them later gets them without another copy of the image`() async throws {
        let manifest = try await house.client.putImage(image, layers: ["a"])
        let first = try await house.client.putReferrer(of: manifest, "first", in: image)
        try await house.client.putFallback(of: manifest, [first], in: image)
        try await house.pass(#"[{"image":"UP/lib/app:1","as":"app"}]"#)
        #expect(try await !kept(first.digest))
        #expect(try await house.drifts(mirror).first?.verdict.reasons == [.referrers])
        #expect(try await house.pass(mirror).isConverged)
        #expect(try await kept(first.digest))
    }

    @Test func `the referrers API is asked where there is one`() async throws {
        let subject = Digest.of("x".utf8)
        let entry = #"{"digest":"\#(Digest.of("s".utf8))","mediaType":"\#(MediaType.ociManifest)","size":1}"#
        let server = try FakeServer { request in
            switch request.target {
            case "/v2/a/referrers/\(subject)":
                let link = "Link: </v2/a/referrers/\(subject)?page=2>; rel=\"next\""
                return .answer(200, [link], #"{"manifests":[\#(entry)]}"#)
            case "/v2/a/referrers/\(subject)?page=2": return .answer(200, [], #"{"manifests":[\#(entry)]}"#)
            case let target where target.hasPrefix("/v2/a/manifests/sha256-"): return .answer(404)
            default: return nil
            }
        }
        let client = RegistryClient(http: HTTPClient(), credentials: .none)
        let repository = try ImageRepository(of: ImageReference("\(server.address)/a"))
        guard case .listed(let entries)? = try await client.referrers(of: [subject], in: repository).first?.list else {
            Issue.record("not listed")
            return
        }
        #expect(entries.count == 2)
        #expect(server.lines.count { $0.hasPrefix("HEAD") } == 3)
    }
}

extension Verdict {
    fileprivate var reasons: [Reason] {
        guard case .drifted(_, let reasons) = self else { return [] }
        return reasons
    }
}
