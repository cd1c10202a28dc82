import Synchronization
import Testing

@testable import Reconciler

/// Upstreams that count what they are asked.
struct MirrorAllowanceTests {
    @Test func `copies stop short of the last tenth, and the rest waits for the window to turn`() async throws {
        let left = Mutex(14)
        let upstream = try FakeUpstream { request in
            let isPull = request.method == "GET" && request.target.contains("/manifests/")
            let count = left.withLock { left in
                if isPull { left -= 1 }
                return left
            }
            return .fine(["ratelimit-limit: 100;w=21600", "ratelimit-remaining: \(count);w=21600"])
        }
        let house = try await MirrorHouse([.mirrorJobs: ["2"]])
        let names = (0..<8).map { "\"\(upstream.server.address)/app\($0):1\"" }
        let mirror = "[\(names.joined(separator: ","))]"
        let result = try await house.pass(mirror)
        #expect(result.isConverged)
        let waiting = result.images.values.count { standing in
            guard case .waiting(let why) = standing else { return false }
            return why == "the last tenth of the pulls that \(upstream.server.address) allows is left alone"
        }
        #expect((4...5).contains(waiting), "\(result.images)")
        #expect(left.withLock { $0 } >= 10)

        left.withLock { $0 = 100 }
        #expect(try await house.pass(mirror).images.values.count { $0 == .converged } == waiting)
    }

    @Test func `a host that answers 429 gets no request until it may, also after a restart`() async throws {
        let isTired = Mutex(true)
        let upstream = try FakeUpstream { request in
            isTired.withLock { $0 } ? .instead(.answer(429, ["Retry-After: 3600"])) : .fine([])
        }
        let house = try await MirrorHouse()
        let mirror = "[\"\(upstream.server.address)/app:1\"]"
        let first = try await house.pass(mirror).failures.first?.1 ?? ""
        #expect(first.contains("wants to be left alone until") && first.hasSuffix(" (429, too many requests)"))
        #expect(upstream.server.lines.count == 1)
        isTired.withLock { $0 = false }
        let why = try await house.pass("[\"\(upstream.server.address)/app:1\",\"\(upstream.server.address)/b:1\"]")
            .failures
        #expect(why.count == 2)
        #expect(why.allSatisfy { $0.1.contains("wants to be left alone until") })

        let again = house.restarted
        #expect(try await again.pass(mirror).failures.count == 1)
        #expect(upstream.server.lines.count == 1)
    }

    @Test func `the plan tells what a pass would cost each upstream`() async throws {
        let house = try await MirrorHouse()
        let image = try house.upstream.image("lib/app:1")
        try await house.client.putIndex(image, ["linux/amd64", "linux/arm64", "linux/s390x"])
        let host = house.upstream.host
        let mirror = #"["UP/lib/app:1"]"#
        let unknown = "pulls \(host): at least 1; a multi-platform image costs one a platform"
        #expect(try await house.plan(mirror).lines.last == unknown)
        let filtered = #"[{"image":"UP/lib/app:1","platforms":["linux/amd64","linux/arm64"]}]"#
        #expect(try await house.plan(filtered).lines.last == "pulls \(host): 2")
        try await house.pass(mirror)
        #expect(try await house.plan(mirror).pulls.isEmpty)
        try await house.client.putIndex(image, ["linux/amd64", "linux/arm64", "linux/s390x"], layer: "y")
        #expect(try await house.plan(mirror).lines.last == "pulls \(host): 3")
    }

    @Test func `a pinned image is never looked for upstream once it is here`() async throws {
        let upstream = try FakeUpstream { _ in .fine([]) }
        let house = try await MirrorHouse()
        let digest = Digest.of(FakeUpstream.manifest(of: "app").utf8)
        let mirror = "[\"\(upstream.server.address)/app:1@\(digest)\"]"
        #expect(try await house.pass(mirror).isConverged)
        let count = upstream.server.lines.count
        #expect(upstream.server.lines.first == "GET /v2/app/manifests/\(digest)")
        #expect(try await house.pass(mirror).isConverged)
        #expect(upstream.server.lines.count == count)
    }

    @Test(arguments: [(429, "429, too many requests"), (503, "503, the registry failed")])
    func `many images at a host that wants quiet are one event, and are tried when it ends`(
        status: Int,
        words: String
    ) async throws {
        let upstream = try FakeUpstream { _ in .instead(.answer(status, ["Retry-After: 1800"])) }
        let house = try await MirrorHouse()
        let names = (0..<30).map { "\"\(upstream.server.address)/app\($0):1\"" }
        let failures = try await house.pass("[\(names.joined(separator: ","))]").failures
        #expect(failures.count == 30)
        #expect(Set(failures.map(\.1)).count == 1)
        #expect(failures.first?.1.hasSuffix("(\(words))") == true)
        let recorded = try StateFile.peek(in: house.installation.state)
        let ends = recorded.upstreams.values.compactMap(\.quietUntil)
        for (image, _) in failures { #expect([recorded[failure: image]?.nextTry] == ends) }
        let lines = house.installation.reporter.journal.recent.split(separator: "\n").filter {
            $0.contains("left alone")
        }
        #expect(lines.count <= 2, "one when it began, and one for all the others: \(lines)")
    }

    /// An upstream of `images` whose pulls are counted; the numbers are its limit and what is left.
    private func counting(_ left: Int, of limit: Int) throws -> (upstream: FakeUpstream, left: @Sendable (Int?) -> Int)
    {
        let count = Mutex(left)
        let upstream = try FakeUpstream { request in
            let isPull = request.method == "GET" && request.target.contains("/manifests/")
            let left = count.withLock { count in
                if isPull { count -= 1 }
                return count
            }
            return .fine(["ratelimit-limit: \(limit);w=21600", "ratelimit-remaining: \(left);w=21600"])
        }
        return (
            upstream,
            { new in
                count.withLock { count in
                    count = new ?? count
                    return count
                }
            }
        )
    }

    @Test func `the plan says what the allowance holds back, and spends nothing to know it`() async throws {
        let (upstream, left) = try counting(12, of: 100)
        let house = try await MirrorHouse()
        let names = (0..<4).map { "\"\(upstream.server.address)/app\($0):1\"" }
        let plan = try await house.plan("[\(names.joined(separator: ","))]")
        #expect(plan.drifts.count(where: \.verdict.needsWork) == 2)
        let why = "the last tenth of the pulls that \(upstream.server.address) allows is left alone, until"
        #expect(plan.lines.count { $0.contains(why) } == 2)
        #expect(left(nil) == 12)
    }

    @Test func `platforms are not looked at with the last tenth of the pulls`() async throws {
        let (upstream, left) = try counting(100, of: 100)
        let house = try await MirrorHouse()
        let mirror = #"[{"image":"\#(upstream.server.address)/app:1","platforms":["linux/amd64"]}]"#
        #expect(try await house.pass(mirror).isConverged)
        try house.forget()
        _ = left(10)
        let again = house.restarted
        _ = try await again.plan(mirror)
        let plan = try await again.plan(mirror)
        guard case .waiting(_, let why, _)? = plan.drifts.first?.verdict else {
            return #expect(plan.lines == [])
        }
        #expect(why.hasPrefix("its platforms were not looked at: the last tenth of the pulls"))
        #expect(left(nil) == 10)
    }
}
