import Synchronization
import Testing

@testable import Reconciler

extension CommandsEndToEnd {
    struct DemoTests {
        private let top: TemporaryFolder

        init() throws { top = try TemporaryFolder() }

        /// The demo, with its temporary folder in one of the test's, and a git configuration that must not count.
        private func command(_ words: [String], path: String? = nil) throws -> Command {
            try createFolder(top.path + "/tmp")
            try top.write("[commit]\n\tgpgsign = true\n[user]\n\tuseConfigOnly = true\n", to: "home/.gitconfig")
            var variables = ["TMPDIR": top.path + "/tmp", "HOME": top.path + "/home", "RECONCILE_CONFIG": "/nowhere"]
            variables["PATH"] = path
            let environment = inheritedEnvironment().merging(variables) { $1 }
            return Command(try builtProgram(), ["demo"] + words, environment: environment, folder: top.path)
        }

        private var leftFolders: [String] {
            get throws { try listFolder(top.path + "/tmp") }
        }

        @Test func `every step happens, and nothing is left`() async throws {
            let demo = await Children.run(try command(["--builder", "buildah"]), limit: .seconds(60))
            #expect(demo.termination == .exited(0), "\(demo.output.text)\(demo.errors.text)")
            let lines = demo.output.lines.map(String.init)
            #expect(lines.count { $0.hasPrefix("   ✓ ") } == Demo.steps.count)
            for (index, step) in Demo.steps.enumerated() { #expect(lines.contains("\(index + 1). \(step.title)")) }
            #expect(lines.contains("   $ reconcile --once"))
            #expect(lines.contains { $0.hasPrefix("   The receiver got PUT {") })
            #expect(!demo.output.text.contains("\u{1B}"), "colours are for terminals")
            #expect(demo.errors.text == "")
            #expect(try leftFolders == [])
        }

        @Test func `a step that does not happen is the last, and the folder is kept for a look`() async throws {
            try top.write("#!/bin/sh\necho broken builder >&2\nexit 1\n", to: "bin/buildah")
            try await shell(
                "chmod 755 bin/buildah; for p in git docker-registry; do ln -s $(command -v $p) bin/$p; done",
                in: top.path
            )
            let command = try command(["--builder", "buildah", "--keep"], path: top.path + "/bin:/usr/bin:/bin")
            let demo = await Children.run(command, limit: .seconds(60))
            #expect(demo.termination == .exited(1))
            let lines = demo.output.lines.map(String.init)
            #expect(lines.contains { $0.hasPrefix("   ✗ reconcile --once: exit status 1 (") }, "\(lines)")
            #expect(lines.contains { $0.contains("broken builder") })
            #expect(!lines.contains { $0.hasPrefix("2. ") })
            let folder = try #require(try leftFolders.first)
            #expect(try fileKind("\(top.path)/tmp/\(folder)/config/desired/build.json") == .file)
            let goingOn = try #require(lines.last)
            #expect(goingOn.hasPrefix("   $ reconcile --config \(top.path)/tmp/\(folder)/config --allow-local "))
            let port = try #require(goingOn.split(separator: ":").last)
            #expect(demo.output.text.contains("RECONCILE_REGISTRY=127.0.0.1:\(port)\n"))
        }

        @Test func `it leaves nothing in a Docker engine`() async throws {
            let engine = try await DockerEngine()
            var command = try command([])
            command.environment.merge(engine.environment) { $1 }
            let demo = await Children.run(command, limit: .seconds(60))
            let images = Command("docker", ["image", "ls", "--all", "--quiet"], environment: command.environment)
            let left = await Children.run(images).output.text
            await engine.stop()
            #expect(demo.termination == .exited(0), "\(demo.output.text)\(demo.errors.text)")
            #expect(demo.output.text.contains("     builder docker "))
            #expect(left == "")
        }

        @Test func `a signal ends it, and nothing is left`() async throws {
            let command = try command(["--builder", "buildah"])
            let lines = SeenLines()
            let demo = Task { await Children.run(command, grace: .seconds(15), onLine: lines.add) }
            try await eventually("a step runs") { lines.have("$ reconcile --once") }
            demo.cancel()
            #expect(await demo.value.termination == .cancelled)
            #expect(lines.have("✗ interrupted"), "it ended by itself")
            #expect(try leftFolders == [])
        }

        @Test func `programs that are not installed are named with the command that installs them`() async throws {
            try await shell("mkdir bin; ln -s $(command -v git) bin/git", in: top.path)
            let demo = await Children.run(try command([], path: top.path + "/bin"), limit: .seconds(10))
            #expect(demo.termination == .exited(2))
            #expect(
                demo.errors.text == "reconcile: the demo needs what is not installed: docker-registry, buildah; "
                    + "apt-get install docker-registry buildah\n"
            )
            #expect(try leftFolders == [])
        }
    }
}

/// What a program has printed so far.
private final class SeenLines: Sendable {
    private let all = Mutex<[String]>([])

    @Sendable func add(_ line: String) { all.withLock { $0.append(line) } }

    func have(_ words: String) -> Bool { all.withLock { $0.contains { $0.contains(words) } } }
}
