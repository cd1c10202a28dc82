import Testing

@testable import Reconciler

struct MetricsTests {
    @Test
    func `every metric has its help and type, and counts what the board has`() throws {
        var sample = try SampleBoard(builds: ["api", "web"], mirrors: ["alpine:3.20"])
        sample.board.update(.build("web")) { $0.becomes(.inLine, at: SampleBoard.start) }
        sample.fail(.build("api"), "exit status 1")
        sample.board.beginPass(at: SampleBoard.start)
        sample.board.endPass(at: SampleBoard.start + .milliseconds(700))
        let hub = try RegistryHost("docker.io")
        sample.board.allowances[hub] = RateLimits.Standing(remaining: 82, limit: 100)
        let metrics = try Parsed(Metrics(board: sample.board).text)
        #expect(metrics.samples["reconcile_image_in_line{image=\"api\",kind=\"build\"}"] == 0)
        #expect(metrics.samples["reconcile_image_in_line{image=\"web\",kind=\"build\"}"] == 1)
        #expect(metrics.samples["reconcile_image_in_line{image=\"alpine:3.20\",kind=\"mirror\"}"] == 0)
        #expect(metrics.samples["reconcile_upstream_allowance_remaining{registry=\"docker.io\"}"] == 82)
        #expect(metrics.samples["reconcile_pass_duration_seconds_bucket{le=\"0.5\"}"] == 0)
        #expect(metrics.samples["reconcile_pass_duration_seconds_bucket{le=\"1\"}"] == 1)
        #expect(metrics.samples["reconcile_pass_duration_seconds_bucket{le=\"+Inf\"}"] == 1)
        #expect(metrics.samples["reconcile_pass_duration_seconds_sum"] == 0.7)
        #expect(metrics.samples["reconcile_build_info{commit=\"0123abcd\",version=\"1.0\"}"] == 1)
        #expect(metrics.samples["reconcile_registry_up"] == nil, "nobody has asked")
        #expect(metrics.samples["reconcile_webhooks_pending"] == 0)
        #expect(metrics.samples["reconcile_last_success_timestamp_seconds"] == nil, "no pass succeeded")
        #expect(metrics.samples["reconcile_last_pass_timestamp_seconds"] == Double(SampleBoard.start.seconds))
    }

    @Test
    func `only what fails is said to, and from its first failure over every try`() throws {
        var sample = try SampleBoard(builds: ["api", "paused", "held"], mirrors: ["alpine:3.20"])
        let (start, later) = (SampleBoard.start, SampleBoard.start + .seconds(3_000))
        sample.board.update(.build("paused")) { $0.becomes(.paused, at: start) }
        sample.board.update(.build("held")) { $0.becomes(.waiting(why: "settling", until: later), at: start) }
        sample.board.note(registrySilence: "localhost:5000 does not answer", at: start)
        sample.fail(.build("api"), "exit status 1")
        for _ in 1...2 {
            let metrics = try Parsed(Metrics(board: sample.board).text)
            let failing = metrics.samples.filter { $0.key.hasPrefix("reconcile_image_failing_since") }
            let name = "reconcile_image_failing_since_timestamp_seconds{image=\"api\",kind=\"build\"}"
            #expect(failing == [name: Double(start.seconds)])
            #expect(metrics.samples["reconcile_registry_up"] == 0)
            let work = ImageStatus.Work(verb: "build", reasons: [], began: later)
            sample.board.update(.build("api")) { $0.becomes(.working(work), at: later) }
        }
        sample.board.apply([.failure(.build("api"), nil)])
        sample.board.update(.build("api")) { $0.becomes(.inLine, at: later) }
        #expect(!Metrics(board: sample.board).text.contains("failing_since"))
    }

    @Test(arguments: hostileTexts)
    func `a hostile label value forges no sample`(text: String) throws {
        var exposition = Exposition(output: "")
        let labels: MetricLabels = ["image": text, "kind": "build"]
        exposition.add("image_in_line", .gauge, "Help.", [(labels, 1)])
        #expect(try Parsed(exposition.output).samples.count == 1)
        let lines = exposition.output.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 4)
        #expect(lines.allSatisfy { visible(String($0)) == $0 })
    }

    /// A small reader of the text format that refuses what Prometheus would.
    private struct Parsed {
        struct Refused: Error { let line: String }

        var samples: [String: Double] = [:]

        init(_ text: String) throws {
            var described: [String: Set<Substring>] = [:]
            let name = /[a-zA-Z_:][a-zA-Z0-9_:]*/
            let sample = /([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*",?)*\})? (\S+)/
            for line in text.split(separator: "\n") {
                if line.hasPrefix("# ") {
                    let words = line.split(separator: " ", maxSplits: 3)
                    guard words.count == 4, try name.wholeMatch(in: words[2]) != nil,
                        described[String(words[2]), default: []].insert(words[1]).inserted
                    else { throw Refused(line: String(line)) }
                    continue
                }
                guard let match = try sample.wholeMatch(in: line), let value = Double(match.3) else {
                    throw Refused(line: String(line))
                }
                let base = ["_bucket", "_sum", "_count"].reduce(String(match.1)) { name, suffix in
                    name.contains("seconds" + suffix) ? String(name.dropLast(suffix.count)) : name
                }
                guard described[base] == ["HELP", "TYPE"], samples[String(line.prefix { $0 != " " })] == nil else {
                    throw Refused(line: String(line))
                }
                samples[String(match.1) + String(match.2 ?? "")] = value
            }
        }
    }
}
