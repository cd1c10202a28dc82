import Testing

@testable import Reconciler

/// Other programs take what was copied, of whatever kind.
extension CommandsEndToEnd {
    struct PullingTests {
        private static let images = ["single:1", "multi:1", "narrow:1", "attested:2", "filtered:2"]

        @Test func `skopeo, podman and docker accept each kind of copy`() async throws {
            let scenario = try await Scenario()
            try await desire(in: scenario)
            let pass = try await scenario.pass()
            #expect(pass.status == 0, "\(pass.errors)")
            for image in Self.images {
                let inspected = try await shell(
                    "skopeo inspect --tls-verify=false docker://\(scenario.kept.host)/\(image)"
                )
                #expect(inspected.contains(#""Architecture": "amd64""#), "\(image)")
                try await scenario.copyWithSkopeo(image)
                try await scenario.pullWithPodman(image)
            }
            let engine = try await DockerEngine()
            do {
                for image in Self.images {
                    try await shell("docker pull --quiet \(scenario.kept.host)/\(image)", in: nil, engine.environment)
                }
            } catch {
                Issue.record(error)
            }
            await engine.stop()
        }

        /// An image, an index, and one with an attestation as BuildKit makes it, each whole and narrowed.
        private func desire(in scenario: Scenario) async throws {
            let client = scenario.client
            try await scenario.publish("single:1", "one")
            let parts = try await scenario.publishIndex("multi:1", "two")
            let child = try ManifestContent(parts).images[0].manifest.digest
            let statement = try await client.putImage(scenario.upstream.image("multi"), layers: ["{}"])
            let facts = JSON(members: [
                ("mediaType", .string(statement.mediaType)), ("size", .number(statement.bytes.count)),
                ("digest", .string(statement.digest)),
                ("platform", JSON(members: [("os", "unknown"), ("architecture", "unknown")])),
                (
                    "annotations",
                    JSON(members: [
                        ("vnd.docker.reference.type", "attestation-manifest"),
                        ("vnd.docker.reference.digest", .string(child)),
                    ])
                ),
            ])
            let other = try await client.putImage(scenario.upstream.image("multi"), layers: ["s390x"])
            let third = JSON(members: [
                ("mediaType", .string(other.mediaType)), ("size", .number(other.bytes.count)),
                ("digest", .string(other.digest)),
                ("platform", JSON(members: [("os", "linux"), ("architecture", "s390x")])),
            ])
            let index = JSON(members: [
                ("schemaVersion", 2), ("mediaType", .string(MediaType.ociIndex)),
                ("manifests", .list(parts.entries + [third, facts])),
            ])
            let attested = Manifest(bytes: Array(index.compact.utf8), mediaType: MediaType.ociIndex)
            try await client.put(attested, as: scenario.upstream.image("multi:2"))
            try await scenario.desire(
                mirror: """
                    [{"image":"UPSTREAM/single:1","as":"single"}, {"image":"UPSTREAM/multi:1","as":"multi"},
                     {"image":"UPSTREAM/multi:1","as":"narrow","platforms":["linux/amd64"]},
                     {"image":"UPSTREAM/multi:2","as":"attested"},
                     {"image":"UPSTREAM/multi:2","as":"filtered","platforms":["linux/amd64","linux/arm64"]}]
                    """
            )
        }
    }
}
