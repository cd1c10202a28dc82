import Glibc
import Testing

@testable import Reconciler

/// Beside the others: it waits for the next minute, as cron does.
struct CronTests {
    @Test func `killed in a build and in a copy, the crontab's line brings it back, and nothing is done twice`()
        async throws
    {
        let site = try await ServiceSite()
        let (scenario, gate) = (site.scenario, try Gate())
        _ = try await site.source("done", ["Dockerfile": scratchImage])
        _ = try await site.source("slow", running: gate.files())
        try await scenario.publish("copied:1", "copied")
        try await site.desire(
            build: #"{ "done": { "URL": "HOST/done.git" }, "slow": { "URL": "HOST/slow.git" } }"#,
            mirror: """
                [ { "image": "UPSTREAM/copied:1", "as": "copied" }, { "image": "\(gate.address)/large:1", "as": "large" } ]
                """
        )
        let log = scenario.top.path + "/reconcile.log"
        func events() -> String { String(decoding: (try? readFile(log, atMost: 1 << 20)) ?? [], as: UTF8.self) }
        let cron = try PrivateCron(try crontab(for: site, log: log), in: scenario.top)
        try await eventually("the line at boot starts it", within: .seconds(60)) {
            gate.builds == 1 && gate.holdsCopy && events().contains(" build done ")
                && events().contains(" mirror copied:1 ")
        }
        let killed = try #require(holder(of: scenario.state))
        kill(killed, SIGKILL)
        let builders = try leftovers(of: scenario.state)
        #expect(!builders.isEmpty, "a build outlives a kill")
        try await eventually("the next minute's line brings it back", within: .seconds(120)) { gate.builds == 2 }
        gate.open()
        try await eventually("it converges", within: .seconds(30)) {
            events().contains(" build slow ") && events().contains(" mirror large:1 ")
        }
        withExtendedLifetime(cron) {}
        #expect(events().contains("that a killed run had left"), "\(events())")
        for line in [" build done ", " mirror copied:1 "] {
            #expect(events().components(of: line) == 1, "\(line) was repeated")
        }
        #expect(builders.allSatisfy { !isRunning($0) })
        let pid = try #require(holder(of: scenario.state))
        #expect(pid != killed)
        kill(pid, SIGTERM)
        try await eventually("it stops") { !isRunning(pid) }
        #expect(!events().contains("holds"), "a second one says nothing")
    }

    /// The example's crontab as an administrator would fill it in, its watchdog looking every minute.
    private func crontab(for site: ServiceSite, log: String) throws -> String {
        let command = try site.command()
        let source = #filePath.split(separator: "/").dropLast(4).reduce("") { $0 + "/" + $1 }
        let example = String(decoding: try readFile(source + "/crontab.example", atMost: 1 << 16), as: UTF8.self)
        var variables = ["HOME", "DOCKER_CONFIG"].map { "\($0)=\(command.environment[$0] ?? "")" }
        for (option, value) in zip(command.arguments, command.arguments.dropFirst()) where option.hasPrefix("--") {
            let name = option.dropFirst(2).uppercased().replacing("-", with: "_")
            variables.append("RECONCILE_\(name)=\(value)")
        }
        // The path of the program as it was built stands for /usr/local/bin.
        let line = "\(command.program) 2>>\(log)"
        let lines = example.split(separator: "\n").filter { !$0.hasPrefix("RECONCILE_") }.map {
            String($0).replacing("*/5 * * * * reconcile", with: "* * * * * \(line)")
                .replacing("@reboot reconcile", with: "@reboot \(line)")
        }
        return (variables + lines).joined(separator: "\n") + "\n"
    }
}

extension String {
    /// How often `part` occurs.
    fileprivate func components(of part: String) -> Int { ranges(of: part).count }
}

/// The process that holds a state folder, as its lock says.
func holder(of state: String) -> pid_t? {
    let text = (try? readFile(state + "/lock", atMost: 64)) ?? []
    return pid_t(String(decoding: text, as: UTF8.self).prefix { $0.isNumber })
}

func isRunning(_ pid: pid_t) -> Bool { ProcessStat(pid).map { !$0.isZombie } ?? false }

/// The commands that a state folder's notes name and that still run.
private func leftovers(of state: String) throws -> [pid_t] {
    try listFolder(state + "/work/children").compactMap { pid_t($0.prefix { $0 != "-" }) }.filter(isRunning)
}
