import Testing

@testable import Reconciler

/// The whole loop with real registries and a real git host, on a clock where waiting takes no time.
struct DayTests {
    private static let tags = 12
    private static let day = Duration.seconds(86_400)

    @Test func `in a day each source and tag is looked at as its interval says, and the state file does not grow`()
        async throws
    {
        let site = try await ServiceSite()
        let scenario = site.scenario
        _ = try await site.source("api", ["README": "nothing to build"])
        let names = (0..<Self.tags).map { "tool:\($0)" }
        for name in names { try await scenario.publish(name, name) }
        try await site.desire(
            build: #"{ "api": { "URL": "HOST/api.git", "every": "1h" } }"#,
            mirror: "[" + names.map { #"{ "image": "UPSTREAM/\#($0)", "as": "tool" }"# }.joined(separator: ",") + "]"
        )
        let options = [
            "--config": site.checkout, "--state": scenario.state, "--registry": "\(scenario.kept.host)",
            "--interval": "1h", "--mirror-interval": "4h", "--verify-interval": "2h", "--disk-floor": "1MB",
        ]
        let arguments = options.flatMap { [$0.key, $0.value] }
        guard case .run(_, let settings) = try Invocation(arguments: arguments, environment: [:]) else { return }
        let installation = Installation(settings, in: scenario.top.path)
        let (lock, state, _) = try await installation.takeState()
        let clock = SkippingClock()
        let watch = Stopwatch(clock)
        let service = Service(
            installation: installation,
            state: state,
            registry: KeptRegistry(host: settings.registry.host, client: installation.client),
            outbox: await installation.outbox(state),
            attention: Attention(startedAt: .zero, patience: .seconds(60)),
            watch: watch
        )
        let loop = Task { await service.run() }
        try await eventually("hours have passed", within: .seconds(30)) { watch.elapsed() > .seconds(3 * 3_600) }
        let size = try readFile(scenario.state + "/state.jsonl", atMost: 1 << 20).count
        func lines() -> [Substring] { installation.reporter.journal.recent.split(separator: "\n") }
        let said = lines().count
        try await eventually("a day has passed", within: .seconds(60)) { watch.elapsed() > Self.day }
        loop.cancel()
        await loop.value
        withExtendedLifetime(lock) {}
        let days = watch.elapsed() / Self.day
        func isAbout(_ count: Int, _ aDay: Double) -> Bool {
            (aDay * days - 2...aDay * days + 3).contains(Double(count))
        }
        #expect(
            isAbout(site.looks(at: "config") - 1, 24),
            "the config repo: \(site.looks(at: "config")), one for the clone"
        )
        let fetches = site.looks(at: "api")
        #expect(isAbout(fetches, 24), "the source: \(fetches)")
        for tag in 0..<Self.tags {
            let question = "HEAD /v2/tool/manifests/\(tag)"
            let (there, here) = (
                try scenario.upstream.requests.count { $0 == question },
                try scenario.kept.requests.count { $0 == question }
            )
            #expect(isAbout(there, 6), "upstream of \(tag): \(there)")
            // Once more after it was put there.
            #expect(isAbout(here - 1, 12), "tag \(tag): \(here)")
        }
        let grown = try readFile(scenario.state + "/state.jsonl", atMost: 1 << 20).count
        #expect(grown <= size * 2 + 4_096, "\(size) bytes became \(grown)")
        // `api` has no Dockerfile, which was said when it began.
        #expect(said > Self.tags && lines().count <= said + 1, "idle hours are silent: \(lines().dropFirst(said))")
    }
}
