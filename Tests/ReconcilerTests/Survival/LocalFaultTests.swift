import Glibc
import Testing

@testable import Reconciler

/// What goes wrong on this machine: the failure is named, and it heals by itself.
struct LocalFaultTests {
    @Test func `a builder and a git that are killed fail their image alone, and the next pass does it`() async throws {
        let (scenario, gate) = (try await Scenario(), try Gate())
        let slow = try await scenario.source("slow")
        try await slow.run("cp /usr/bin/busybox .")
        try await slow.commit(gate.files())
        let good = try await scenario.source("good")
        try await good.commit(["Dockerfile": scratchImage])
        let silent = try FakeServer { _ in .silence }
        try await scenario.desire(
            build: """
                { "good": { "URL": "SOURCES/good" }, "slow": { "URL": "SOURCES/slow" },
                  "far": { "URL": "\(silent.url)/far.git" } }
                """
        )
        let command = try scenario.command(["--once"])
        let pass = Task { await Children.run(command, limit: .seconds(120)) }
        try await eventually("git waits for its server") { !silent.requests.isEmpty }
        for process in processes(with: "\(silent.url)/far.git") { kill(process, SIGKILL) }
        try await eventually("the build is under way") { gate.builds == 1 }
        for process in processes(with: scenario.state + "/builder") { kill(process, SIGKILL) }
        let finished = await pass.value
        #expect(finished.termination == .exited(1), "\(finished.errors.text)")
        #expect(finished.errors.text.contains("slow build failed: ended by signal 9"), "\(finished.errors.text)")
        #expect(finished.errors.text.contains("far look failed: "), "\(finished.errors.text)")
        #expect(try await scenario.keptDigest("good:latest") != nil)

        gate.open()
        try await scenario.desire(build: #"{ "good": { "URL": "SOURCES/good" }, "slow": { "URL": "SOURCES/slow" } }"#)
        let next = try await scenario.pass()
        #expect(next.status == 0, "\(next.errors)")
        #expect(try await scenario.keptDigest("slow:latest") != nil)
    }

    // With fewer than about forty Swift's own runtime may end the process.
    @Test(arguments: [48, 64, 96])
    func `without descriptors it ends with a word, and the next pass goes on`(limit: Int) async throws {
        let scenario = try await Scenario()
        let source = try await scenario.source("one")
        try await source.commit(["Dockerfile": scratchImage])
        for number in 0..<20 { try await scenario.publish("tool:\(number)", "\(number)") }
        let tags = (0..<20).map { "\"\($0)\"" }.joined(separator: ", ")
        try await scenario.desire(
            build: #"{ "one": { "URL": "SOURCES/one" } }"#,
            mirror: #"[{ "image": "UPSTREAM/tool", "tags": [\#(tags)], "as": "tool" }]"#
        )
        let command = try scenario.command(["--once"])
        let words = ["-c", "ulimit -n \(limit); exec \"$0\" \"$@\"", command.program] + command.arguments
        let narrow = Command("/bin/sh", words, environment: command.environment, folder: command.folder)
        let finished = await Children.run(narrow, limit: .seconds(100))
        guard case .exited(let status) = finished.termination, status <= 2 else {
            Issue.record("\(finished.termination): \(finished.errors.text)")
            return
        }
        #expect(status == 0 || !finished.errors.text.isEmpty)
        let next = try await scenario.pass()
        #expect(next.status == 0, "\(next.errors)")
        for number in 0..<20 { #expect(try await scenario.keptDigest("tool:\(number)") != nil) }
    }

    @Test func `a clock that is set back a year, and on by one, keeps nothing from being done`() async throws {
        let scenario = try await Scenario()
        let source = try await scenario.source("one")
        try await source.commit(["Dockerfile": "FROM scratch\nCOPY nothing-of-this-name /\n"])
        try await scenario.desire(build: #"{ "one": { "URL": "SOURCES/one" } }"#)
        #expect(try await scenario.pass().status == 1)
        for (offset, text) in [(-31_536_000, "back"), (31_536_000, "forth"), (0, "now")] {
            try await source.commit(["Dockerfile": "FROM scratch\nCOPY Dockerfile /\nLABEL when=\(text)\n"])
            let pass = try await scenario.pass(clockOffBy: offset)
            #expect(pass.status == 0, "\(text): \(pass.errors)")
            #expect(try await scenario.labels("one:latest")["when"] == text)
            try await scenario.untag("one:latest")
            #expect(try await scenario.pass(clockOffBy: offset).status == 0, "\(text): the tag comes back")
            #expect(try await scenario.keptDigest("one:latest") != nil)
        }
    }
}

extension Scenario {
    /// One full pass by a clock that is off by so many seconds.
    fileprivate func pass(clockOffBy seconds: Int) async throws -> Run {
        let library = top.path + "/clock.so"
        if try fileKind(library) == nil {
            let source = #filePath.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/clock.c"
            try await shell("clang -shared -fPIC -O1 -o \(library) '\(source)'")
        }
        return try await reconcile(["--once"], environment: ["LD_PRELOAD": library, "CLOCK_OFFSET": "\(seconds)"])
    }
}
