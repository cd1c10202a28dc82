import Glibc
import Testing

@testable import Reconciler

struct RunningGroupsTests {
    @Test func `a child is noted while it runs and forgotten after`() async throws {
        let folder = try TemporaryFolder()
        let groups = RunningGroups(folder: folder.path + "/running")
        let command = Command("/bin/sh", ["-c", "ls $0; stat -c %a $0/*", groups.folder])
        let seen = await Children.run(command, groups: groups).output.lines
        // The note may be written a moment after the child has looked.
        #expect(seen.isEmpty || seen.last == "600")
        #expect(try listFolder(groups.folder) == [])
    }

    @Test func `leftovers of a killed run are ended, and a process that only has the pid is not`() async throws {
        let folder = try TemporaryFolder()
        let groups = RunningGroups(folder: folder.path)
        let started = await Children.run(
            Command("/bin/sh", ["-c", "setsid sleep 300 & echo $!; setsid sleep 300 & echo $!"])
        )
        let pids = started.output.lines.compactMap { pid_t($0) }
        defer { for pid in pids { kill(pid, SIGKILL) } }
        try #require(pids.count == 2)
        groups.note(pids[0])
        try writeFile("\(folder.path)/\(pids[1])-1", [])
        #expect(groups.reapLeftovers() == [pids[0]])
        try await eventually("the noted one has ended") { ProcessStat(pids[0])?.isZombie ?? true }
        #expect(ProcessStat(pids[1])?.isZombie == false)
        #expect(try listFolder(folder.path) == [])
    }

    @Test func `a program whose name has spaces and parentheses is read right`() throws {
        let text = "42 (a) S 9 (x) R 1 42 40 0 -1 4 1 2 3 4 5 6 7 8 20 0 1 0 777 1 2"
        let process = try #require(ProcessStat(42, text: text))
        #expect(process.parent == 1 && process.group == 42 && process.session == 40 && process.startTime == 777)
    }
}
