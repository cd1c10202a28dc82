import Testing

@testable import Reconciler

/// Images of which nothing is remembered, as before a first copy.
struct MirrorMissingTests {
    private func look(
        at mirror: String,
        _ client: RegistryClient,
        _ host: RegistryHost,
        _ recorded: Recorded = Recorded(),
        copiesFollow: Bool = false
    ) async throws -> Observation {
        let desired = try DesiredReader().read { $0 == "mirror.json" ? Array(mirror.utf8) : nil }
        var looks = RegistryLooks(client: client, host: host, now: .current()) { !$0.isDeep }
        looks.copiesFollow = copiesFollow
        var seen = Observation()
        await looks.look(at: MirrorExpansion(of: desired, [:], Recorded()).tags, recorded, &seen)
        return seen
    }

    @Test func `one list tells of all tags that are not there, and what is there is looked at`() async throws {
        let house = try await MirrorHouse(notesRequests: true)
        for tag in 1...4 { try await house.client.putImage(house.upstream.image("lib/app:\(tag)"), layers: ["\(tag)"]) }
        try await house.pass(#"[{"image":"UP/lib/app:4","as":"app"}]"#)
        try house.forget()
        let before = try house.kept.requests.count
        let mirror = #"[{"image":"UP/lib/app","tags":["1","2","3","4"],"as":"app"}]"#
        let drifts = try await house.drifts(mirror)
        #expect(drifts.map(\.verdict.needsWork) == [true, true, true, false])
        let asked = try house.kept.requests.dropFirst(before)
        #expect(asked.map { $0 } == ["GET /v2/app/tags/list?n=1000", "HEAD /v2/app/manifests/4"])
    }

    @Test(arguments: [
        (200, #"{"tags":["2"]}"#, 1), (404, #"{"errors":[{"code":"NAME_UNKNOWN"}]}"#, 0), (404, "", 3), (401, "", 3),
        (500, "", 3), (200, #"{"tags":[\#((0...300).map { "\"v\($0)\"" }.joined(separator: ","))]}"#, 3),
    ])
    func `each tag is asked for where the list cannot be had or is too long`(
        status: Int,
        list: String,
        heads: Int
    ) async throws {
        let server = try FakeServer { request in
            guard request.target.hasPrefix("/v2/app/tags/list") else { return .answer(404) }
            return .answer(status, [], list)
        }
        let host = try RegistryHost(server.address)
        let client = RegistryClient(http: HTTPClient(), credentials: .none, clock: SkippingClock())
        let pinned = (1...3).map { #"{"image":"up.example/app:\#($0)@\#(Digest.of("a".utf8))","as":"app"}"# }
        let text = "[\(pinned.joined(separator: ","))]"
        let seen = try await look(at: text, client, host)
        #expect(seen.registry.count == 3 && seen.registry.values.allSatisfy { $0 == .absent })
        #expect(server.requests.count { $0.method == "HEAD" } == heads)
    }

    @Test(arguments: [
        (copies: true, counts: false, hasFailed: false, "GET"), (copies: true, counts: true, hasFailed: false, "HEAD"),
        (copies: false, counts: false, hasFailed: false, "HEAD"),
        (copies: true, counts: false, hasFailed: true, "HEAD"),
    ])
    func `what is new is loaded at once where that costs nothing and a copy follows`(
        copies: Bool,
        counts: Bool,
        hasFailed: Bool,
        verb: String
    ) async throws {
        let upstream = try FakeServer { request in
            let text = request.target.contains("sha256:") ? "1" : String(request.target.last ?? "?")
            var about = ["Content-Type: \(MediaType.ociManifest)", "Docker-Content-Digest: \(Digest.of(text.utf8))"]
            if request.method == "HEAD" { about.append("Content-Length: 1") }
            if counts { about += ["ratelimit-limit: 100;w=60", "ratelimit-remaining: 90;w=60"] }
            return .answer(200, about, text)
        }
        let kept = try FakeServer { _ in .answer(404, [], #"{"errors":[{"code":"NAME_UNKNOWN"}]}"#) }
        let client = RegistryClient(http: HTTPClient(), credentials: .none, clock: SkippingClock())
        let name = try ImageReference("\(upstream.address)/app:0")
        if counts { _ = await client.head(name) }
        let before = upstream.requests.count
        let text = #"[{"image":"\#(upstream.address)/app","tags":["1","2","3"]}]"#
        var recorded = Recorded()
        let failure = FailureRecord(
            reason: "refused",
            since: .current(),
            tries: 1,
            nextTry: .current(),
            fingerprint: "copy"
        )
        let id = ImageID.mirror(try RepositoryName(upstream.address.replacing(":", with: "_") + "/app"), try Tag("1"))
        if hasFailed { recorded.apply(.failure(id, failure)) }
        let seen = try await look(at: text, client, RegistryHost(kept.address), recorded, copiesFollow: copies)
        #expect(seen.upstream[id]?.value == .of("1".utf8))
        let verbs = upstream.requests.dropFirst(before).map(\.method)
        #expect(verbs.sorted() == (hasFailed ? ["GET", "GET", "HEAD"] : [verb, verb, verb]))
        let first = try #require(seen.upstream.values.compactMap(\.value).first { $0 == .of("1".utf8) })
        #expect(try await client.pull(name.pinned(to: first)).bytes == Array("1".utf8))
        #expect(upstream.requests.count - before == (verb == "GET" ? 3 : 4), "what is at hand is not asked for again")
    }

    @Test func `a list that breaks off in the middle is none, and no repository without tags`() async throws {
        let server = try FakeServer { request in
            guard !request.target.contains("last=") else { return .answer(404) }
            return .answer(200, ["Link: </v2/app/tags/list?last=1>; rel=\"next\""], #"{"tags":["1"]}"#)
        }
        let client = RegistryClient(http: HTTPClient(), credentials: .none)
        let repository = ImageRepository(try RegistryHost(server.address), try RepositoryName("app"))
        let error = await #expect(throws: RegistryError.self) { try await client.tags(of: repository) }
        #expect(error?.kind == .refused && error?.detail == "the tag list breaks off: not found")
    }
}
