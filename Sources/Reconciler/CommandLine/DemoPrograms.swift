import Synchronization

/// The programs that the demo runs: git, and this very one as people run it.
struct DemoPrograms: Sendable {
    let folder: String
    let console: DemoConsole
    /// The settings of the installation, as variables.
    let settings: [(name: String, value: String)]
    let isVerbose: Bool

    /// Runs this program to its end; anything but success fails the step.
    func reconcile(_ words: [String]) async throws {
        let shown = (["reconcile"] + words).joined(separator: " ")
        console.command(shown)
        console.runs(shown)
        defer { console.runs(nil) }
        let finished = await Children.run(command(words), limit: .seconds(60), grace: .seconds(8), onLine: console.line)
        guard finished.termination.isSuccess else {
            throw Demo.Failure("reconcile \(words.joined(separator: " ")): \(finished.termination)")
        }
    }

    /// Starts this program as a service.
    func service(_ words: [String]) -> DemoService {
        console.command((["reconcile"] + words + ["&"]).joined(separator: " "))
        return DemoService(command(words), console)
    }

    private func command(_ words: [String]) -> Command {
        let words = words + (isVerbose ? ["--verbose"] : [])
        let variables = Dictionary(settings.map { ($0.name, $0.value) }) { $1 }
        let environment = environment.merging(variables) { $1 }
        return Command("/proc/self/exe", words, environment: environment, folder: folder, isSwept: true)
    }

    /// Runs git in a folder, without showing it.
    func git(_ words: [String], in place: String) async throws {
        let identity = ["user.name=Demo", "user.email=demo@example.org", "init.defaultBranch=main"]
        let options = identity.flatMap { ["-c", $0] }
        let command = Command("git", options + words, environment: environment, folder: "\(folder)/\(place)")
        _ = try await Children.check(command, limit: .seconds(20))
    }

    /// Writes a file and commits it, shown as one would type it.
    func commit(_ content: String, to file: String, in place: String, _ message: String) async throws {
        console.command("echo '\(content)' > \(place)/\(file)")
        try write(content + "\n", to: "\(place)/\(file)")
        try await commit(in: place, message)
    }

    func commit(in place: String, _ message: String) async throws {
        console.command("git -C \(place) commit --all --message '\(message)'")
        try await git(["commit", "--quiet", "--all", "--message", message], in: place)
    }

    /// Writes a file of the demo's folder, and makes the folders on the way to it.
    func write(_ text: String, to file: String) throws {
        let path = "\(folder)/\(file)"
        try createFolder(String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]))
        try writeFile(path, Array(text.utf8), mode: 0o644)
    }

    /// Removes what builds left in a Docker engine, if there is one; it is known by the sources it was built from.
    func removeEngineImages() async {
        guard isInstalled("docker") else { return }
        // Not to be cut short: it is often a signal that ends the demo.
        await Task {
            for source in ["api", "exercises"] {
                let label = "label=org.opencontainers.image.source=\(folder)/sources/\(source)"
                let images = await docker(["image", "ls", "--all", "--quiet", "--filter", label]).output.lines
                if !images.isEmpty { _ = await docker(["image", "rm", "--force"] + images.map(String.init)) }
            }
        }.value
    }

    private func docker(_ words: [String]) async -> Finished {
        await Children.run(Command("docker", words), limit: .seconds(10))
    }

    /// Nobody's git configuration but the demo's own counts.
    private var environment: [String: String] {
        inheritedEnvironment().merging(["GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"]) { $1 }
    }
}

/// This program as a service, running beside the demo.
final class DemoService: Sendable {
    private let lines: Lines
    private let running: Task<Finished, Never>

    private final class Lines: Sendable {
        let all = Mutex<[String]>([])
        let hasEnded = Atomic<Bool>(false)
        let isStopping = Atomic<Bool>(false)
    }

    fileprivate init(_ command: Command, _ console: DemoConsole) {
        let lines = Lines()
        self.lines = lines
        running = Task {
            let finished = await Children.run(
                command,
                grace: .seconds(8),
                onLine: { line in
                    if !lines.isStopping.load(ordering: .relaxed) { console.line(line) }
                    lines.all.withLock { $0.append(line) }
                }
            )
            lines.hasEnded.store(true, ordering: .releasing)
            return finished
        }
    }

    var isRunning: Bool { !lines.hasEnded.load(ordering: .acquiring) }

    /// Whether its log has a line with `words` in it.
    func hasSaid(_ words: String) -> Bool { lines.all.withLock { $0.contains { $0.contains(words) } } }

    /// Forgets what it has said.
    func listenAnew() { lines.all.withLock { $0 = [] } }

    /// Ends it by a signal; what it says to that is not shown.
    func stop() async {
        lines.isStopping.store(true, ordering: .relaxed)
        running.cancel()
        _ = await running.value
    }
}
