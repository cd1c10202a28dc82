import Glibc
import Testing

@testable import Reconciler

/// SIGKILL at random moments of real passes; `RECONCILE_KILLS=500` for the long form.
struct KillTests {
    @Test func `killed at any moment, nothing is lost, done twice or told twice`() async throws {
        let environment = currentEnvironment()
        let kills = environment["RECONCILE_KILLS"].flatMap { Int($0) } ?? 6
        let seed = environment["RECONCILE_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 1...1_000_000)
        var numbers = SeededGenerator(state: seed)
        let site = try await FiftyImages()
        let first = try await site.scenario.pass()
        try #require(first.status == 0, "\(first.errors)")
        var span = Duration.seconds(3)
        for round in 1...kills {
            try await site.change(by: &numbers)
            let kill = Kill(site, isService: Bool.random(using: &numbers))
            try await kill.strike(
                after: .milliseconds(Int.random(in: 0...Int(span.inSeconds * 1_000), using: &numbers))
            )
            let begin = ContinuousClock.now
            let faults = try await kill.recover()
            // The moments are spread over what a pass takes here, whatever machine this is.
            span = (span * 3 + (ContinuousClock.now - begin)) / 4
            #expect(faults.isEmpty, "round \(round) of seed \(seed): \(faults.joined(separator: "\n"))")
            if !faults.isEmpty { return }
            if kills > 20, round % 20 == 0 { print("\(round) kills survived") }
        }
    }
}

/// One kill, and what must hold afterwards.
private final class Kill {
    private let site: FiftyImages
    private let isService: Bool
    private var recorded = Recorded()
    private var heldAtKill: [String: Digest] = [:]
    private var toldBefore = 0

    init(_ site: FiftyImages, isService: Bool) {
        self.site = site
        self.isService = isService
    }

    private var scenario: Scenario { site.scenario }

    /// Starts the program and kills it after so long; it may have ended by then.
    func strike(after wait: Duration) async throws {
        let words = isService ? [] : ["--once"]
        let options = isService ? ["--listen": "off", "--interval": "1h"] : [:]
        let log = scenario.top.path + "/killed.log"
        let program = try RunningService(try scenario.command(words, options), log: log)
        try await passed(wait)
        program.signal(SIGKILL)
        _ = try await program.ended()
        recorded = try StateFile.peek(in: scenario.state)
        toldBefore = site.receiver.all.count
        for name in site.names { heldAtKill[name] = try await scenario.keptDigest(name) }
    }

    /// Runs a pass to its end and tells what is not as it must be.
    func recover() async throws -> [String] {
        var faults = try await site.missingParts(of: site.names).map { "after the kill " + $0 }
        let pass = try await scenario.pass()
        if pass.status != 0 { faults.append("the pass after it: \(pass.errors)") }
        if pass.errors.contains("damaged") { faults.append("the state was not readable: \(pass.errors)") }
        faults += try await site.faults() + site.missingParts(of: site.names)
        faults += try await repeated(in: pass) + tellings()
        let leftovers = try listFolder(scenario.state).filter { $0.hasPrefix(".") || $0.contains("corrupt") }
        if !leftovers.isEmpty { faults.append("left in the state folder: \(leftovers)") }
        return faults
    }

    /// What was built or copied once more though it stood in the registry already.
    private func repeated(in pass: Scenario.Run) async throws -> [String] {
        var faults: [String] = []
        for line in pass.events where line.hasPrefix("build ") || line.hasPrefix("mirror ") {
            let name = String(line.split(separator: " ")[1])
            let tag = name.contains(":") ? name : name + ":latest"
            if let held = heldAtKill[tag], try await scenario.keptDigest(tag) == held {
                faults.append("again: \(line)")
            }
        }
        return faults
    }

    /// What webhooks were not told, or told twice.
    private func tellings() async throws -> [String] {
        let all = site.receiver.all
        var faults: [String] = []
        let told = Set(all.map { "\($0.image) \($0.digest)" })
        for name in site.names {
            guard let digest = try await scenario.keptDigest(name) else { continue }
            if !told.contains("\(name) \(digest)") { faults.append("nobody was told of \(name) \(digest)") }
        }
        if Set(all.map(\.id)).count != told.count { faults.append("an image was told of under two ids") }
        // Accepted and recorded as over before the kill: never again. Accepted and not yet recorded: once more at the most.
        let waiting = Set(recorded.deliveries.filter(\.isWaiting).map(\.id.description))
        let over = Set(all.prefix(toldBefore).map(\.id)).subtracting(waiting)
        let again = all.dropFirst(toldBefore).filter { over.contains($0.id) }
        return faults + again.map { "told again: \($0)" }
    }
}
