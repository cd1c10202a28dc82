import Testing

@testable import Reconciler

/// A registry that loses things while a pass runs: the next pass, or the one after it, has everything whole again.
struct RegistryLossTests {
    @Test func `a registry that is wiped during a pass is filled again`() async throws {
        let site = try await LosingSite()
        let finished = try await site.pass {
            try await site.loses { try site.scenario.kept.wipe() }
        }
        guard case .exited(let status) = finished.termination, status <= 1 else {
            Issue.record("\(finished.termination): \(finished.errors.text)")
            return
        }
        try await site.isWhole()
    }

    @Test func `garbage that is collected during a pass costs no image`() async throws {
        let site = try await LosingSite()
        let finished = try await site.pass {
            try await site.loses { for _ in 0..<5 { try await site.scenario.kept.collectGarbage() } }
        }
        guard case .exited(let status) = finished.termination, status <= 1 else {
            Issue.record("\(finished.termination): \(finished.errors.text)")
            return
        }
        try await site.isWhole()
    }
}

/// Mirrored images that are in the registry while a build and a copy are still under way.
private final class LosingSite: Sendable {
    let scenario: Scenario
    private let gate: Gate
    private static let tags = (0..<12).map { "tool:\($0)" }

    init() async throws {
        (scenario, gate) = (try await Scenario(), try Gate())
        let source = try await scenario.source("slow")
        try await source.run("cp /usr/bin/busybox .")
        try await source.commit(gate.files())
        for tag in Self.tags { try await scenario.publish(tag, tag) }
        try await scenario.publishIndex("index:1", "index")
        try await scenario.desire(
            build: #"{ "slow": { "URL": "SOURCES/slow" } }"#,
            mirror: """
                [ { "image": "UPSTREAM/tool", "tags": ["*"], "as": "tool" }, { "image": "UPSTREAM/index:1", "as": "index" },
                  { "image": "\(gate.address)/held:1", "as": "held" } ]
                """
        )
    }

    /// Runs a pass in the middle of which `body` is done.
    func pass(_ body: () async throws -> Void) async throws -> Finished {
        let command = try scenario.command(["--once"])
        let pass = Task { await Children.run(command, limit: .seconds(120)) }
        try await body()
        gate.open()
        return await pass.value
    }

    /// Does `body` when all is there but what stands at the gate.
    func loses(_ body: () async throws -> Void) async throws {
        try await eventually("a build and a copy are under way, and the rest is there") {
            guard gate.builds == 1, gate.holdsCopy else { return false }
            for tag in Self.tags + ["index:1"] { if try await scenario.keptDigest(tag) == nil { return false } }
            return true
        }
        try await body()
    }

    /// Looks whether all is there and can be pulled after two passes at the most.
    func isWhole() async throws {
        var last = try await scenario.pass()
        if last.status != 0 { last = try await scenario.pass() }
        #expect(last.status == 0, "\(last.errors)")
        for name in Self.tags + ["index:1", "slow:latest", "held:1"] {
            let place = "docker://\(scenario.kept.host)/\(name)"
            try await shell("skopeo copy -q --all --src-tls-verify=false \(place) dir:\(scenario.top.path)/pulled")
            try removeTree(scenario.top.path + "/pulled")
        }
    }
}
