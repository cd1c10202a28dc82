import Testing

@testable import Reconciler

/// What several entries, or tags that come and go, have in common.
struct MirrorSharingTests {
    @Test func `what two entries take from one source is fetched once and mounted for the other`() async throws {
        let house = try await MirrorHouse(notesRequests: true)
        let one = try await house.client.putImage(try house.upstream.image("lib/app:1"), layers: ["base", "one"])
        let two = try await house.client.putImage(try house.upstream.image("lib/app:2"), layers: ["base", "two"])
        let asked = try house.upstream.requests.count
        let mirror = """
            [{"image":"UP/lib/app","tags":["1","2"],"as":"a"},{"image":"UP/lib/app","tags":["*"],"as":"b/c"}]
            """
        #expect(try await house.pass(mirror).isConverged)
        for name in ["a", "b/c"] {
            #expect(try await house.held("\(name):1") == .present(one.digest))
            #expect(try await house.held("\(name):2") == .present(two.digest))
        }
        let loads = try house.upstream.requests.dropFirst(asked).filter {
            $0.hasPrefix("GET ") && !$0.contains("/tags/")
        }
        #expect(loads.count == Set(loads).count, "\(loads)")
        #expect(loads.count == 6, "two manifests, a config and three layers: \(loads)")
    }

    @Test func `a tag that vanished upstream stays until prune, and its place among the newest goes to the next`()
        async throws
    {
        let house = try await MirrorHouse()
        var digests: [String: Digest] = [:]
        for tag in ["1.0", "1.1", "1.2", "1.3"] {
            digests[tag] = try await house.client.putImage(try house.upstream.image("lib/app:\(tag)"), layers: [tag])
                .digest
        }
        let mirror = #"[{"image":"UP/lib/app","as":"app","semver":"^1","newest":2}]"#
        func left() async throws -> [String] {
            let text = mirror.replacing("UP", with: house.upstream.host.description)
            let desired = try DesiredReader().read { $0 == "mirror.json" ? Array(text.utf8) : nil }
            let upstream = try #require(desired.mirrors.first?.upstream)
            let lists = [
                upstream: Observed.present(try await house.client.tags(of: house.upstream.repository("lib/app")))
            ]
            let recorded = try StateFile.peek(in: house.installation.state)
            return Prunable(recorded, desired: desired, lists).leftovers.map(\.tag.tag.description)
        }
        #expect(try await house.pass(mirror).isConverged)
        #expect(try await left() == [])
        let vanished = try #require(digests["1.3"])
        try await house.client.delete(vanished, from: house.upstream.repository("lib/app"))
        let result = try await house.pass(mirror)
        #expect(result.isConverged)
        #expect(Set(result.images.keys.map(\.description)) == ["app:1.1", "app:1.2"])
        #expect(try await house.held("app:1.3") == .present(vanished))
        #expect(try await house.held("app:1.0") == .absent)
        #expect(try await left() == ["1.3"])
    }

    @Test(arguments: ["", "http://inside:5000", "https://HOST"])
    func `ten thousand tags come in pages, wherever a registry behind a proxy says that they are`(
        origin: String
    ) async throws {
        // A page is as long as the server likes, whatever is asked for.
        let names = (0..<10_000).map { "V\($0)_" + String(repeating: "X", count: 60 + $0 % 60) }
        let server = try FakeServer { request in
            let first = request.target.split(separator: "last=").last.flatMap { Int($0) } ?? 0
            let page = names[first..<min(first + 100, names.count)]
            let body = #"{"name":"a","tags":[\#(page.map { "\"\($0)\"" }.joined(separator: ","))]}"#
            guard page.endIndex < names.count else { return .answer(200, [], body) }
            let host = request.headers["host"]?.prefix { $0 != ":" } ?? ""
            let base = origin.replacing("HOST", with: host).replacing("inside", with: host)
            return .answer(200, ["Link: <\(base)/v2/a/tags/list?last=\(page.endIndex)>; rel=\"next\""], body)
        }
        let client = RegistryClient(http: HTTPClient(), credentials: .none)
        let repository = ImageRepository(try RegistryHost(server.address), try RepositoryName("a"))
        #expect(try await client.tags(of: repository).map(\.description) == names)
        #expect(server.requests.count == 100)
    }
}
