import Glibc
import Synchronization
import Testing

@testable import Reconciler

struct ChildrenTests {
    private func sh(_ script: String, _ environment: [String: String]? = nil, isSwept: Bool = false) -> Command {
        Command("/bin/sh", ["-c", script], environment: environment ?? inheritedEnvironment(), isSwept: isSwept)
    }

    @Test(arguments: [
        ("exit 0", Termination.exited(0)),
        ("exit 7", .exited(7)),
        ("kill -9 $$", .signalled(9)),
    ])
    func `the end of a child is told as it was`(script: String, expected: Termination) async {
        #expect(await Children.run(sh(script)).termination == expected)
    }

    @Test func `a program that is not there never starts and the reason names it`() async {
        let finished = await Children.run(Command("no-such-program", []))
        #expect(
            finished.termination
                == .notStarted("cannot start no-such-program: No such file or directory; install it or mend PATH")
        )
    }

    @Test func `a folder that is not there is told apart from a program that is not there`() async {
        let finished = await Children.run(Command("/bin/true", [], folder: "/nowhere"))
        #expect(finished.termination == .notStarted("cannot start in /nowhere: No such file or directory"))
    }

    @Test func `a child gets exactly its environment, folder, arguments and input`() async throws {
        let folder = try TemporaryFolder()
        var command = sh("pwd; cat; env", ["ONLY": "this"])
        command.folder = folder.path
        command.input = Array("typed\n".utf8)
        let lines = Set(await Children.run(command).output.lines.map(String.init))
        #expect(lines.isSuperset(of: [folder.path, "typed", "ONLY=this"]))
        #expect(!lines.contains { $0.hasPrefix("PATH=") || $0.hasPrefix("HOME=") })
    }

    @Test func `a child has no descriptor but the first three and default signals`() async throws {
        signal(SIGPIPE, SIG_IGN)
        let leak = open("/dev/null", O_RDONLY)
        defer { close(leak) }
        let output = await Children.run(sh("ls /proc/$$/fd; sed -n 's/SigIgn:.*\\(........\\)$/\\1/p' /proc/$$/status"))
            .output.text
        // Beyond 31 stand the C library's own signals, which nobody can set.
        #expect(output.replacing("80000000", with: "00000000") == "0\n1\n2\n00000000\n")
    }

    @Test func `a large input passes through and an input nobody reads does no harm`() async {
        var command = Command("/bin/cat", [])
        command.input = [UInt8](repeating: 7, count: 3 << 20)
        #expect(await Children.run(command).output.bytes == command.input)
        command.program = "/bin/true"
        #expect(await Children.run(command).termination == .exited(0))
    }

    @Test func `of a flood only the wanted end stays in memory`() async {
        let flood = sh("head -c 300000000 /dev/zero; echo; echo last")
        let tail = await Children.run(flood, output: .last(100)).output
        #expect(tail.bytes.count == 100)
        #expect(tail.dropped == 300_000_006 - 100)
        #expect(tail.lines.last == "last")
        let head = await Children.run(sh("printf abcdef"), output: .first(4)).output
        #expect(head == Captured(bytes: Array("abcd".utf8), dropped: 2))
    }

    @Test func `lines of both streams come one by one, long ones cut, the last without its newline`() async {
        let lines = Mutex<[String]>([])
        let script = "echo one; echo two >&2; head -c 5000 /dev/zero | tr '\\0' x; echo; printf end"
        _ = await Children.run(sh(script), onLine: { line in lines.withLock { $0.append(line) } })
        let seen = lines.withLock { $0 }
        #expect(Set(seen).isSuperset(of: ["one", "two", "end"]))
        #expect(seen.contains(String(repeating: "x", count: 4_096) + " … 904 more bytes"))
    }

    @Test func `a secret that lies where a long line is cut is hidden whole`() async {
        let lines = Mutex<[String]>([])
        var command = sh("head -c 4090 /dev/zero | tr '\\0' x; echo swordfish; printf '%05000d\\n' 0")
        command.redaction = Redaction(["swordfish"])
        _ = await Children.run(command, onLine: { line in lines.withLock { $0.append(line) } })
        let seen = lines.withLock { $0 }
        #expect(seen.first == String(repeating: "x", count: 4_090) + "***")
        #expect(seen.last?.hasSuffix("0 … 904 more bytes") == true)
    }

    @Test(arguments: [
        ("10 %\r50 %\r100 %\n", ["100 %"]), ("dos\r\nend\r", ["dos", "end"]), ("a\r\r\nb\n", ["a", "b"]),
        ("\r\n", [""]),
    ])
    func `a carriage return begins the line anew, wherever the stream is cut`(text: String, lines: [String]) {
        for cut in 0...text.utf8.count {
            var (splitter, seen) = (LineSplitter(), [String]())
            for piece in [Array(text.utf8.prefix(cut)), Array(text.utf8.dropFirst(cut))] {
                piece.withUnsafeBytes { splitter.append($0) { seen.append($0) } }
            }
            splitter.finish { seen.append($0) }
            #expect(seen == lines, "cut after \(cut)")
        }
    }

    @Test func `a child out of time is terminated, and killed if it ignores that`() async {
        let limit = Duration.milliseconds(100)
        let polite = await Children.run(sh("trap 'echo bye; exit 0' TERM; while :; do sleep 0.01; done"), limit: limit)
        #expect(polite.termination == .timedOut(after: limit))
        #expect(polite.output.text == "bye\n")
        let deaf = sh("trap '' TERM; while :; do sleep 1; done")
        #expect(await Children.run(deaf, limit: limit, grace: limit).termination == .timedOut(after: limit))
    }

    @Test func `cancelling the task ends the child and all of its group`() async throws {
        let folder = try TemporaryFolder()
        let task = Task { [self] in
            await Children.run(
                sh("sleep 1000 & echo $! > \(folder.path)/pid.new; mv \(folder.path)/pid.new \(folder.path)/pid; wait")
            )
        }
        try await eventually("the child runs") { try fileKind("\(folder.path)/pid") != nil }
        task.cancel()
        #expect(await task.value.termination == .cancelled)
        let pid = try #require(pid_t(try shellLine("\(folder.path)/pid")))
        try await eventually("its own child has ended too") { ProcessStat(pid)?.isZombie ?? true }
    }

    @Test func `a process that outlives the child and holds its pipes is not waited for`() async throws {
        let start = ContinuousClock.now
        let finished = await Children.run(sh("setsid sleep 300 & echo $!"))
        #expect(finished.termination == .exited(0))
        #expect(ContinuousClock.now - start < .seconds(120))
        let pid = try #require(finished.output.lines.first.flatMap { pid_t($0) })
        #expect(ProcessStat(pid) != nil, "what an unswept child leaves behind stays")
        kill(pid, SIGKILL)
    }

    @Test func `a sweep ends what left the group, also behind a double fork, and nothing of others`() async throws {
        let lasting = await Children.run(sh("setsid sleep 300 & echo $!"))
        let survivor = try #require(lasting.output.lines.first.flatMap { pid_t($0) })
        defer { kill(survivor, SIGKILL) }
        let swept = await Children.run(
            sh("setsid sh -c '(sleep 300 & echo $!) & wait'; (setsid sleep 300 & echo $!)", isSwept: true)
        )
        let pids = swept.output.lines.compactMap { pid_t($0) }
        #expect(pids.count == 2)
        for pid in pids { #expect(ProcessStat(pid)?.isZombie ?? true) }
        #expect(ProcessStat(survivor)?.isZombie == false)
    }

    @Test func `a subreaper ends orphans that cleared their environment, keeps ssh's, and reaps the dead`() async throws
    {
        Children.becomeSubreaper()
        // As a shared ssh connection of a fetch: a session of its own, not swept.
        let fetch = await Children.run(sh("setsid sleep 300 & echo $!; setsid true & echo $!"))
        let pids = fetch.output.lines.compactMap { pid_t($0) }
        try #require(pids.count == 2)
        defer { kill(pids[0], SIGKILL) }
        let build = await Children.run(sh("env -i setsid sleep 300 & echo $!", isSwept: true))
        let orphan = try #require(build.output.lines.first.flatMap { pid_t($0) })
        // Builds of other tests may run: an orphan without a marker could be theirs until the last one has ended.
        try await eventually("orphan and dead are gone") { [self] in
            _ = await Children.run(sh("true", isSwept: true))
            return ProcessStat(orphan) == nil && ProcessStat(pids[1]) == nil
        }
        #expect(ProcessStat(pids[0])?.parent == getpid())
        #expect(ProcessStat(pids[0])?.isZombie == false)
    }

    @Test func `failures show the command without its secrets and the line that matters`() async throws {
        var command = sh("echo 'fatal: no hunter22 \u{1B}[31m' >&2; exit 3")
        command.arguments.append("https://me:hunter22@host/x")
        command.redaction = Redaction(["hunter22"])
        let shown = Children.failure(of: command, await Children.run(command)).description
        #expect(!shown.contains("hunter22"))
        #expect(shown.hasSuffix(": exit status 3: fatal: no *** \\u{1b}[31m"))
    }
}

private func shellLine(_ path: String) throws -> String {
    String(decoding: try readFile(path, atMost: 100).prefix { $0 != 10 }, as: UTF8.self)
}
