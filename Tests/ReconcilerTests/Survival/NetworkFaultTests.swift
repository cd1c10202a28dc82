import Glibc
import Testing

@testable import Reconciler

/// Real registries and a real git server behind one that spoils every answer: the rest converges, the failure is named, and it
/// heals by itself.
@Suite(.serialized) struct NetworkFaultTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let fault: FaultyProxy.Fault

        init(_ name: String, _ fault: FaultyProxy.Fault) { (testDescription, self.fault) = (name, fault) }
    }

    @Test(arguments: [
        Case("reset before the answer", .reset), Case("reset in the answer", .resetInside),
        Case("cut short", .truncated), Case("longer than said", .overlong), Case("a wrong length", .wrongLength),
        Case("a flipped bit", .flipped), Case("500", .instead(500)), Case("503", .instead(503, ["Retry-After: 1"])),
        Case("429", .instead(429, ["Retry-After: 1"])), Case("no HTTP", .garbage), Case("404", .instead(404)),
        Case("a redirect to itself", .instead(307, ["Location: /v2/x"])),
        Case("a challenge without end", .instead(401, [#"WWW-Authenticate: Bearer realm="http://127.0.0.1:1/""#])),
    ])
    func `a fault of a registry and of a git server is named, holds back nothing else, and heals`(
        _ given: Case
    ) async throws {
        let site = try await SpoiltSite()
        site.spoil(given.fault)
        let pass = try await site.scenario.pass()
        #expect(try await site.scenario.keptDigest("good:latest") != nil, "\(pass.errors)")
        #expect(try await site.scenario.keptDigest("fine:1") != nil, "\(pass.errors)")
        var failing = 0
        for name in ["far", "foreign:1"] {
            let lines = pass.events.filter { $0.contains(name) && $0.contains(" failed: ") }
            // What a fault does not touch, such as the length of an answer that has none, is done, and done right.
            let isDone = try await site.isDone(name)
            #expect(lines.count == (isDone ? 0 : 1), "\(name): \(pass.errors)")
            failing += lines.count
        }
        #expect(failing > 0 && pass.status == 1, "\(pass.errors)")
        site.spoil(nil)
        let healed = try await site.scenario.pass()
        // A registry that asked for it is left alone for as long as it said.
        if healed.status != 0, given.testDescription == "429" || given.testDescription == "503" {
            try await eventually("the second is over") { try await site.scenario.pass().status == 0 }
        } else {
            #expect(healed.status == 0, "\(healed.errors)")
        }
        for name in ["far", "foreign:1"] { #expect(try await site.isDone(name)) }
    }

    @Test func `names that nobody resolves and ports where nobody listens are named, and hold back nothing`()
        async throws
    {
        let site = try await SpoiltSite()
        let closed = try Loopback.freePort()
        try await site.scenario.desire(
            build: #"{ "good": { "URL": "SOURCES/good" }, "lost": { "URL": "http://nowhere.invalid/a.git" } }"#,
            mirror: """
                [ { "image": "UPSTREAM/fine:1", "as": "fine" }, { "image": "nowhere.invalid/a:1", "as": "lost" },
                  { "image": "127.0.0.1:\(closed)/a:1", "as": "shut" } ]
                """
        )
        let pass = try await site.scenario.pass()
        #expect(pass.status == 1)
        for name in ["lost ", "lost:1", "shut:1"] {
            #expect(pass.events.contains { $0.contains(name) && $0.contains(" failed: ") }, "\(name): \(pass.errors)")
        }
        #expect(try await site.scenario.keptDigest("good:latest") != nil)
        #expect(try await site.scenario.keptDigest("fine:1") != nil)
    }
}

/// A healthy source and upstream, and others behind proxies that can be told to spoil.
private final class SpoiltSite: Sendable {
    let scenario: Scenario
    private let host: GitHTTPServer
    private let proxies: [FaultyProxy]
    private let foreign: Manifest

    init() async throws {
        scenario = try await Scenario()
        let remotes = scenario.top.path + "/remotes"
        host = try await GitHTTPServer(projects: remotes)
        for name in ["good", "far"] {
            let source = try await scenario.source(name)
            try await source.commit(["Dockerfile": "FROM scratch\nCOPY Dockerfile /\n"])
        }
        try await shell(
            "git clone -q --bare sources/far remotes/far.git",
            in: scenario.top.path,
            ["HOME": scenario.top.path]
        )
        try await scenario.publish("fine:1", "fine")
        foreign = try await scenario.publish("foreign:1", "foreign")
        let upstream = scenario.upstream.host.description
        let port = try #require(UInt16(upstream.drop { $0 != ":" }.dropFirst()))
        proxies = [try FaultyProxy(before: port), try FaultyProxy(before: host.port)]
        let far = host.url("far.git").replacing(":\(host.port)", with: ":\(proxies[1].port)")
        try await scenario.desire(
            build: #"{ "good": { "URL": "SOURCES/good" }, "far": { "URL": "\#(far)" } }"#,
            mirror: """
                [ { "image": "UPSTREAM/fine:1", "as": "fine" },
                  { "image": "\(proxies[0].host)/foreign:1", "as": "foreign" } ]
                """
        )
    }

    func spoil(_ fault: FaultyProxy.Fault?) { for proxy in proxies { proxy.spoil(fault) } }

    /// Whether the image is in the registry, and the right one; a tag that points to anything else is a fault.
    func isDone(_ name: String) async throws -> Bool {
        guard let held = try await scenario.keptDigest(name == "far" ? "far:latest" : name) else { return false }
        if name == "foreign:1" { #expect(held == foreign.digest) }
        return true
    }
}
