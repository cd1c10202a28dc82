import Testing

@testable import Reconciler

extension CommandsEndToEnd {
    struct FirstPassTests {
        @Test func `one pass brings all that is desired, others can pull it, and a second pass only asks`() async throws
        {
            let example = try await Example()
            let scenario = example.scenario
            let first = try await scenario.pass()
            #expect(first.status == 0, "\(first.errors)")
            #expect(first.events.last == "pass: 7 put right")
            #expect(first.output == "")

            for (tag, digest) in example.mirrored { #expect(try await scenario.keptDigest(tag) == digest) }
            let labels = try await scenario.labels("api:main")
            #expect(labels["greeting"] == "hello")
            #expect(labels["reconcile.image"] == "api")
            #expect(
                labels["org.opencontainers.image.revision"]
                    == (try await example.api.run("git rev-parse HEAD")).trimmingSpaces
            )
            for tag in Example.built + example.mirrored.map(\.tag) {
                try await scenario.copyWithSkopeo(tag)
            }
            for tag in ["test-js:latest"] + example.mirrored.map(\.tag) { try await scenario.pullWithPodman(tag) }

            try await expectOnlyLooks(scenario, Set(Example.built + example.mirrored.map(\.tag)))
        }

        private func expectOnlyLooks(_ scenario: Scenario, _ tags: Set<String>) async throws {
            let packs = "find \(scenario.state)/git \(scenario.state)/builder -type f -size +0 | grep -v lock | sort"
            let before = try await shell(packs)
            let plan = try await scenario.reconcile(["plan"])
            #expect(plan.status == 0)
            #expect(plan.output == "7 in line\n")
            #expect(plan.errors == "")
            let (asked, upstream) = (try scenario.kept.requests.count, try scenario.upstream.requests.count)
            let second = try await scenario.pass()
            #expect(second.status == 0, "\(second.errors)")
            #expect(second.events == ["pass: 7 in line"])
            let heads = tags.map { tag in
                let parts = tag.split(separator: ":")
                return "HEAD /v2/\(parts[0])/manifests/\(parts[1])"
            }
            #expect(try scenario.kept.requests.dropFirst(asked).sorted() == (heads + ["GET /v2/"]).sorted())
            // A digest that is named needs no look.
            #expect(
                try scenario.upstream.requests.dropFirst(upstream).sorted() == [
                    "HEAD /v2/multi/manifests/2", "HEAD /v2/tools/single/manifests/1",
                ]
            )
            #expect(try await shell(packs) == before, "nothing is fetched and nothing built")
        }

        @Test func `a lost state folder costs looks, but no build and no copy`() async throws {
            let example = try await Example()
            let scenario = example.scenario
            #expect(try await scenario.pass().status == 0)
            let digests = try await scenario.digests(Example.built)
            try removeTree(scenario.state)
            let asked = try scenario.kept.requests.count
            let again = try await scenario.pass()
            #expect(again.status == 0, "\(again.errors)")
            #expect(again.events == ["pass: 7 in line"])
            #expect(
                try scenario.kept.requests.dropFirst(asked).allSatisfy { $0.hasPrefix("HEAD ") || $0.hasPrefix("GET ") }
            )
            #expect(try await scenario.digests(Example.built) == digests)
            #expect(try await scenario.reconcile(["plan"]).status == 0)
        }

        @Test func `with the state lost, a missing tag goes on the image that its labels tell of`() async throws {
            let scenario = try await Example().scenario
            let hook = try FakeServer { _ in .answer(200) }
            try await scenario.config.commit(["desired/webhooks.json": "[\"\(hook.url)/hook\"]"])
            #expect(try await scenario.pass().status == 0)
            #expect(hook.lines == Array(repeating: "PUT /hook", count: 4))
            let digests = try await scenario.digests(Example.built)
            try removeTree(scenario.state)
            try await scenario.untag("api:main")
            let again = try await scenario.pass()
            #expect(again.status == 0, "\(again.errors)")
            #expect(again.events.last == "pass: 6 in line, 1 put right")
            #expect(!again.events.contains { $0.hasPrefix("buildah [") })
            #expect(try await scenario.digests(Example.built) == digests)
            #expect(hook.lines.count == 4, "nobody is told of an image that is not new")
            #expect(try await scenario.pass().events == ["pass: 7 in line"])
        }
    }
}

extension Scenario {
    /// Copies an image with all its platforms to a folder: skopeo checks each digest on the way.
    func copyWithSkopeo(_ image: String) async throws {
        let folder = "\(top.path)/copy/\(image.replacing("/", with: "-"))"
        try createFolder(folder)
        try await shell(
            "skopeo copy --quiet --all --preserve-digests --src-tls-verify=false docker://\(kept.host)/\(image) dir:\(folder)"
        )
    }

    /// Pulls an image into a storage of its own.
    func pullWithPodman(_ image: String) async throws {
        let storage = "--root \(top.path)/podman --runroot \(top.path)/podman-run --storage-driver vfs"
        try await shell("podman \(storage) pull --quiet --tls-verify=false \(kept.host)/\(image)")
    }

    func digests(_ images: [String]) async throws -> [Digest?] {
        var digests: [Digest?] = []
        for image in images { digests.append(try await keptDigest(image)) }
        return digests
    }
}
