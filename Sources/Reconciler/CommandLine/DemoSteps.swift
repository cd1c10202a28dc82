extension Demo {
    @Sendable static func everything(_ site: DemoSite) async throws -> String {
        try await site.programs.reconcile(["--once"])
        let digests = try await site.keptDigests(DemoSite.tags)
        for image in DemoSite.mirrored {
            let there = try await site.client.descriptor(of: site.reference(image, at: site.upstream)).digest
            guard digests[image] == there else { throw Failure("\(image) is not \(there.short), as it is upstream") }
        }
        return "\(DemoSite.built.count) built, \(DemoSite.mirrored.count) mirrored with the digests they have upstream"
    }

    @Sendable static func noDrift(_ site: DemoSite) async throws -> String {
        let before = try await site.keptDigests(DemoSite.tags)
        try await site.programs.reconcile(["plan"])
        try await site.programs.reconcile(["--once"])
        try await expect(changed: [], since: before, site)
        return "all \(before.count) tags are where they were"
    }

    @Sendable static func oneCommit(_ site: DemoSite) async throws -> String {
        let before = try await site.keptDigests(DemoSite.tags)
        try await site.programs.commit("a harder test", to: "go/test.txt", in: "sources/exercises", "A harder test")
        try await site.programs.reconcile(["--once"])
        let after = try await expect(changed: ["test-go:latest"], since: before, site)
        return move("test-go:latest", before, after) + ", the other \(before.count - 1) stayed"
    }

    @Sendable static func movedTag(_ site: DemoSite) async throws -> String {
        let before = try await site.keptDigests(DemoSite.tags)
        let image = try site.reference("hello:1", at: site.upstream)
        let digest = try await site.publish("hello again", as: image)
        site.console.note("Somebody pushes \(image), which is \(digest.short) now.")
        try await site.programs.reconcile(["--once"])
        let after = try await expect(changed: ["hello:1"], since: before, site)
        guard after["hello:1"] == digest else { throw Failure("hello:1 is not \(digest.short), as it is upstream") }
        return move("hello:1", before, after) + ", as upstream"
    }

    @Sendable static func pushedEdit(_ site: DemoSite) async throws -> String {
        let before = try await site.keptDigests(DemoSite.tags)
        let service = site.startService(["--interval", "1s", "--verify-interval", "1s"])
        try await site.wait(for: "the nudge endpoint") { service.hasSaid("nudges are taken") }
        site.console.note("Somebody else adds test-rust to laptop/desired/build.json.")
        try site.writeDesired(DemoSite.built + ["test-rust"])
        try await site.programs.commit(in: "laptop", "Build test-rust too")
        site.console.command("git -C laptop push")
        try await site.programs.git(["push", "--quiet", "origin", "HEAD"], in: "laptop")
        try await site.wait(for: "the image") { service.hasSaid("build test-rust sha256:") }
        let new = try await site.keptDigests(["test-rust:latest"])
        try await expect(changed: [], since: before, site)
        return "test-rust:latest is \(new["test-rust:latest"]?.short ?? ""), the other \(before.count) stayed"
    }

    @Sendable static func deletedTag(_ site: DemoSite) async throws -> String {
        let (before, service) = (try await site.keptDigests(["hello:1"]), try site.runningService())
        let image = try site.reference("hello:1", at: site.kept)
        guard let digest = before["hello:1"] else { throw Failure("hello:1 is not in the registry") }
        service.listenAnew()
        site.console.command("curl -X DELETE http://\(site.kept.address)/v2/hello/manifests/\(digest)")
        try await site.client.delete(digest, from: ImageRepository(of: image))
        try await site.wait(for: "the tag") { service.hasSaid("mirror hello:1 sha256:") }
        try await expect(changed: [], since: before, site)
        return "hello:1 is \(digest.short) again"
    }

    @Sendable static func webhook(_ site: DemoSite) async throws -> String {
        let before = try await site.keptDigests(["api:latest"])
        let service = try site.runningService()
        service.listenAnew()
        try await site.programs.commit("version 2", to: "api.txt", in: "sources/api", "Version 2")
        site.console.command("curl -X POST http://\(site.nudges)/")
        let answer = try await site.client.http.send(HTTPRequest(.post, HTTPURL("http://\(site.nudges)/")))
        guard answer.status == 202 else { throw Failure("the nudge was answered with \(answer.status)") }
        try await site.wait(for: "the webhook") { service.hasSaid("webhook ") }
        let after = try await expect(changed: ["api:latest"], since: before, site)
        guard let digest = after["api:latest"], let message = site.receiver.message(of: "api", digest) else {
            throw Failure("the receiver was not told of the new digest of api:latest")
        }
        site.console.note("The receiver got PUT \(message.compact)")
        return move("api:latest", before, after) + ", and the receiver was told"
    }

    /// Fails unless exactly these tags have other digests than before; returns those of now.
    @discardableResult
    private static func expect(
        changed: Set<String>,
        since before: [String: Digest],
        _ site: DemoSite
    ) async throws -> [String: Digest] {
        let after = try await site.keptDigests(before.keys.sorted())
        let seen = Set(after.filter { before[$0.key] != $0.value }.keys)
        for image in changed.subtracting(seen) { throw Failure("\(image) has not changed") }
        for image in seen.subtracting(changed) { throw Failure("\(image) has changed too") }
        return after
    }

    /// `api:latest sha256:1f2e3d…→sha256:4c5b6a…`.
    private static func move(_ image: String, _ before: [String: Digest], _ after: [String: Digest]) -> String {
        "\(image) moved \(before[image]?.short ?? "")→\(after[image]?.short ?? "")"
    }
}
