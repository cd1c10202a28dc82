import Testing

@testable import Reconciler

/// Upstreams that take a request and say nothing.
struct MirrorSilenceTests {
    @Test func `a silent upstream is given up on once, and everything else goes on`() async throws {
        let silent = try FakeUpstream { _ in .instead(.silence) }
        var house = try await MirrorHouse()
        house.lookPatience = .seconds(1)
        try await house.client.putImage(house.upstream.image("lib/app:1"), layers: ["x"])
        let names = (0..<100).map { "\"\(silent.server.address)/app\($0):1\"" } + [#""UP/lib/app:1""#]
        let result = try await house.pass("[\(names.joined(separator: ","))]")
        #expect(result.images.values.count { $0 == .converged } == 1)
        #expect(result.failures.count == 100)
        #expect(Set(result.failures.map(\.1)) == ["\(silent.server.address) gives no answer within 1s"])
        #expect(silent.server.requests.count <= RegistryLooks.width)
    }

    @Test func `a list whose pages bring nothing new comes to an end`() async throws {
        let server = try FakeServer { request in
            let page = request.target.split(separator: "last=").last.flatMap { Int($0) } ?? 0
            return .answer(200, ["Link: </v2/a/tags/list?last=\(page + 1)>; rel=\"next\""], #"{"tags":["1"]}"#)
        }
        let client = RegistryClient(http: HTTPClient(), credentials: .none)
        let repository = ImageRepository(try RegistryHost(server.address), try RepositoryName("a"))
        let error = await #expect(throws: RegistryError.self) { try await client.tags(of: repository) }
        #expect(error?.detail == "the pages of the tag list bring nothing new")
        #expect(server.lines.count == 4)
    }
}
