import Testing

@testable import Reconciler

/// Platforms, from one real registry to another.
struct MirrorPlatformTests {
    private let house: MirrorHouse
    private let image: ImageReference

    init() async throws {
        house = try await MirrorHouse()
        image = try house.upstream.image("lib/app:1")
    }

    private func mirror(_ platforms: String) -> String {
        #"[{"image":"UP/lib/app:1","as":"app","platforms":[\#(platforms)]}]"#
    }

    @Test func `of one platform its image stands under the tag`() async throws {
        let index = try await house.client.putIndex(image, ["linux/amd64", "linux/arm64/v8"], attests: true)
        let arm = try ManifestContent(index).images[1].manifest.digest
        #expect(try await house.pass(mirror(#""linux/arm64""#)).isConverged)
        #expect(try await house.held("app:1") == .present(arm))
        let amd = try ManifestContent(index).images[0].manifest.digest
        #expect(await house.client.head(try house.kept.image("app").pinned(to: amd)) == .absent)
        #expect(try await house.drifts(mirror(#""linux/arm64/v8""#)).map(\.verdict) == [.inLine])
    }

    @Test func `of several platforms an index of them stands there, with their attestations alone`() async throws {
        let index = try await house.client.putIndex(
            image,
            ["linux/amd64", "linux/arm/v7", "linux/arm64"],
            attests: true
        )
        let all = try ManifestContent(index).images.map(\.manifest.digest)
        let asked = mirror(#""linux/arm64","linux/amd64""#)
        #expect(try await house.pass(asked).isConverged)
        let kept = try house.kept.image("app:1")
        #expect(try await house.client.entries(of: kept) == [all[0], all[2], all[3], all[5]])
        let digest = try await house.held("app:1")
        #expect(try await house.drifts(asked).map(\.verdict) == [.inLine])

        try house.forget()
        guard case .learn(let record)? = try await house.drifts(asked).first?.verdict else {
            Issue.record("what is in place is not recognised")
            return
        }
        #expect(digest == .present(record.digest))
        #expect(try await house.pass(asked).images.values.map { $0 } == [.inLine])
        #expect(try await house.drifts(asked).map(\.verdict) == [.inLine])
    }

    @Test func `other platforms are drift`() async throws {
        let index = try await house.client.putIndex(image, ["linux/amd64", "linux/arm64"])
        try await house.pass(mirror(#""linux/amd64""#))
        let drifts = try await house.drifts(mirror(#""linux/arm64""#))
        let platforms = [Platform(os: "linux", architecture: "amd64"), Platform(os: "linux", architecture: "arm64")]
        let reason = Reason.platforms(from: [platforms[0]], to: [platforms[1]])
        #expect(drifts.map(\.verdict) == [.drifted(.copy(index.digest), [reason])])
        #expect(try await house.pass(#"[{"image":"UP/lib/app:1","as":"app"}]"#).isConverged)
        #expect(try await house.held("app:1") == .present(index.digest))
    }

    @Test func `a platform that the upstream lacks is a failure that lists what it has`() async throws {
        try await house.client.putIndex(image, ["linux/amd64", "linux/arm64/v8"], attests: true)
        let failures = try await house.pass(mirror(#""linux/s390x""#)).failures
        #expect(failures.first?.1.contains("it has no linux/s390x; it has linux/amd64 linux/arm64") == true)
        #expect(try await house.held("app:1") == .absent)
    }

    @Test func `the platform of a single image is in its config`() async throws {
        let manifest = try await house.client.putImage(image, layers: ["a"])
        let failures = try await house.pass(mirror(#""linux/arm64""#)).failures
        #expect(failures.first?.1.contains("it has no linux/arm64; it has linux/amd64") == true)
        #expect(try await house.pass(mirror(#""linux/amd64""#)).isConverged)
        #expect(try await house.held("app:1") == .present(manifest.digest))
    }

    @Test func `what --platforms names counts where an entry names none`() async throws {
        let house = try await MirrorHouse([.platforms: ["linux/arm64"]])
        let image = try house.upstream.image("lib/app:1")
        let index = try await house.client.putIndex(image, ["linux/amd64", "linux/arm64"])
        try await house.pass(#"["UP/lib/app:1"]"#)
        let name = house.upstream.host.description.replacing(":", with: "_")
        #expect(
            try await house.held("\(name)/lib/app:1") == .present(try ManifestContent(index).images[1].manifest.digest)
        )
    }

    @Test func `an index that has just what is asked for stays byte for byte`() async throws {
        let index = try await house.client.putIndex(image, ["linux/amd64", "linux/arm64"], attests: true)
        try await house.pass(mirror(#""linux/arm64","linux/amd64""#))
        #expect(try await house.held("app:1") == .present(index.digest))
    }

    @Test func `an image of the index that the registry lost is copied again`() async throws {
        let index = try await house.client.putIndex(image, ["linux/amd64", "linux/arm64"])
        let all = #"[{"image":"UP/lib/app:1","as":"app"}]"#
        try await house.pass(all)
        let lost = try ManifestContent(index).images[1].manifest.digest
        try await house.client.delete(lost, from: try house.kept.repository("app"))
        #expect(try await house.drifts(all).map(\.verdict) == [.inLine])
        let tomorrow = Moment.current() + .seconds(90_000)
        try await house.pass(all, at: tomorrow, checksChildren: true)
        #expect(await house.client.head(try house.kept.image("app").pinned(to: lost)).value != nil)
    }
}
