import Synchronization
import Testing

@testable import Reconciler

/// Upstreams that fail in the middle: a copy comes to its end, or says why, and no tag points to a part of an image.
struct MirrorFaultTests {
    private let house: MirrorHouse

    init() async throws { house = try await MirrorHouse() }

    private func mirror(_ upstream: FakeUpstream) -> String {
        #"[{"image":"\#(upstream.server.address)/app:1","as":"app"}]"#
    }

    private static let layer = Digest.of("app".utf8).description
    private static let manifest = FakeUpstream.manifest(of: "app")

    @Test func `a blob that breaks off is asked for again`() async throws {
        let breaks = Mutex(1)
        let upstream = try FakeUpstream { request in
            let isBroken = breaks.withLock { breaks in
                guard request.target.hasSuffix(Self.layer), breaks > 0 else { return false }
                breaks -= 1
                return true
            }
            return isBroken ? .instead(.raw("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\na")) : .fine([])
        }
        #expect(try await house.pass(mirror(upstream)).isConverged)
        #expect(try await house.held("app:1") == .present(.of(Self.manifest.utf8)))
    }

    @Test(arguments: [
        FakeServer.Reply.answer(200, [], "bad"), .answer(200, [], "longer"), .answer(404),
        .raw("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\na"),
    ])
    func `a blob that is wrong, missing or never whole leaves no tag`(reply: FakeServer.Reply) async throws {
        let upstream = try FakeUpstream { $0.target.hasSuffix(Self.layer) ? .instead(reply) : .fine([]) }
        let failures = try await house.pass(mirror(upstream)).failures
        #expect(failures.map(\.0.description) == ["app:1"])
        #expect(try await house.held("app:1") == .absent)
    }

    @Test func `a manifest that is not what its digest says leaves no tag`() async throws {
        let upstream = try FakeUpstream { request in
            guard request.method == "GET", request.target.contains("/manifests/") else { return .fine([]) }
            let other = FakeUpstream.manifest(of: "other")
            return .instead(.answer(200, ["Content-Type: \(MediaType.ociManifest)"], other))
        }
        #expect(try await house.pass(mirror(upstream)).failures.first?.1.contains("the bytes hash to") == true)
        #expect(try await house.held("app:1") == .absent)
    }

    @Test func `blobs come from another host to which the registry sends us`() async throws {
        let storage = try FakeServer { request in
            request.target == "/storage/layer" ? .answer(200, [], "app") : nil
        }
        let upstream = try FakeUpstream { request in
            guard request.target.hasSuffix(Self.layer) else { return .fine([]) }
            return .instead(.answer(307, ["Location: \(storage.url)/storage/layer"]))
        }
        #expect(try await house.pass(mirror(upstream)).isConverged)
        #expect(storage.requests.map { $0.headers["authorization"] } == [nil])
    }

    @Test func `of several images one failure holds back none`() async throws {
        let upstream = try FakeUpstream { request in
            request.target.hasPrefix("/v2/b/blobs") ? .instead(.answer(500)) : .fine([])
        }
        let names = ["a", "b", "c"].map { #"{"image":"\#(upstream.server.address)/\#($0):1","as":"\#($0)"}"# }
        let result = try await house.pass("[\(names.joined(separator: ","))]")
        #expect(result.failures.map(\.0.description) == ["b:1"])
        #expect(result.images.values.count { $0 == .converged } == 2)
    }
}
