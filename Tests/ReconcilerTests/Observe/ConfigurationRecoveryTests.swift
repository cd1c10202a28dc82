import Glibc
import Testing

@testable import Reconciler

struct ConfigurationRecoveryTests {
    private static let old = ["desired/mirror.json": "[]\n", "desired/build.json": "{}\n", "gone": "x\n"]

    /// A checkout whose update to the second commit was killed after `script` had been done.
    private func interrupted(_ script: String) async throws -> (ConfigurationSite, first: ObjectID, second: ObjectID) {
        let site = try await ConfigurationSite(Self.old)
        let first = try await site.head()
        try await site.host.run("git rm -q gone")
        let second = try await site.host.commit([
            "desired/mirror.json": "[\"a\",\n\"b\"]\n", "desired/webhooks.json": "[]\n", "desired/build.json": "{ }\n",
        ])
        _ = try await site.peek()
        try site.write("\(first) \(second)\n", to: ".git/reconcile-update")
        try await site.run(script.replacing("NEW", with: "\(second)"))
        return (site, first, second)
    }

    @Test(arguments: [
        "true",
        "rm desired/build.json gone",
        "rm gone; : > desired/build.json; printf '[\"a\"' > desired/mirror.json; : > .git/index.lock",
        "printf '[]\\n' > desired/webhooks.json",
        "git read-tree -m -u HEAD NEW",
        "git read-tree -m -u HEAD NEW; : > .git/HEAD.lock; : > .git/refs/heads/main.lock",
        "git read-tree -m -u HEAD NEW; git update-ref HEAD NEW",
    ])
    func `an update that was killed is finished`(script: String) async throws {
        let (site, _, second) = try await interrupted(script)
        let look = try await site.refresh()
        #expect(look.head?.commit == second)
        #expect(look.repairs.last == "\(site.path): finished the update to \(second.short) that was interrupted")
        #expect(try await site.run("git status --porcelain") == "")
        #expect(try fileKind(site.path + "/.git/reconcile-update") == nil)
        #expect(try await site.refresh() == ConfigurationLook(head: look.head, update: .current, fetched: second))
    }

    @Test(arguments: [
        ("printf mine > desired/build.json", "desired/build.json"),
        ("printf mine > desired/webhooks.json", "desired/webhooks.json"),
        ("git read-tree -m -u HEAD NEW; printf mine > desired/mirror.json", "desired/mirror.json"),
    ])
    func `an edit made after the kill is kept`(script: String, path: String) async throws {
        let (site, first, _) = try await interrupted(script)
        let look = try await site.refresh()
        guard case .kept = look.update else { return #expect(Bool(false), "\(look)") }
        #expect(look.head?.commit == first)
        #expect(try site.text(path) == "mine")
    }

    @Test(arguments: ["desired/build.json", "desired/mirror.json", "desired/webhooks.json"])
    func `a git that is killed while it writes is made up for at the next look`(path: String) async throws {
        let site = try await ConfigurationSite(Self.old)
        let filter = site.host.top.path + "/filter"
        let script = "#!/bin/sh\ntest -e $0.ran || { : > $0.ran; printf '{'; kill -9 $PPID; }\ncat\n"
        try writeFile(filter, Array(script.utf8), mode: 0o755)
        try await site.run("git config filter.killing.smudge 'exec \(filter)'")
        try site.write("\(path) filter=killing\n", to: ".git/info/attributes")
        let second = try await site.host.commit([
            "desired/build.json": "{ }\n", "desired/mirror.json": "[\"a\"]\n", "desired/webhooks.json": "[]\n",
        ])
        let killed = try await site.refresh()
        #expect(reason(killed.update).contains("ended by signal 9"))
        #expect(try fileKind(site.path + "/.git/index.lock") == .file)
        let healed = try await site.refresh()
        #expect(healed.head?.commit == second && healed.update == .current)
        #expect(try await site.run("git status --porcelain") == "")
    }

    @Test func `a lock that somebody's git holds is waited for, and removed once it is forgotten`() async throws {
        let site = try await ConfigurationSite()
        let second = try await site.host.commit(["x": "1"])
        let lock = site.path + "/.git/index.lock"
        try writeFile(lock, [])
        let look = try await site.refresh()
        #expect(look.update == .failed("\(lock): another git is at work there; if none is, remove the file"))
        let later = try site.repository { Moment.current() + .seconds(601) }
        let healed = await later.refresh { _ in false }
        #expect(healed.head?.commit == second)
        #expect(healed.repairs == ["\(lock): removed, a git that was killed had left it"])
    }

    @Test func `an old lock of a git that is still at work is left alone`() async throws {
        let site = try await ConfigurationSite()
        let second = try await site.host.commit(["x": "1"])
        try writeFile(site.path + "/.git/index.lock", [])
        // Waits for its standard input until it is ended.
        let script = "echo $$ > pid; mkfifo f; exec 3<>f; exec git cat-file --batch <&3"
        let task = Task { [path = site.path] in await Children.run(Command("/bin/sh", ["-c", script], folder: path)) }
        defer { task.cancel() }
        try await eventually("git is at work") {
            try await site.run("test ! -e pid || cat /proc/$(cat pid)/comm") == "git\n"
        }
        let later = try site.repository { Moment.current() + .seconds(601) }
        #expect(reason(await later.refresh { _ in false }.update).contains("another git is at work there"))
        task.cancel()
        _ = await task.value
        #expect(await later.refresh { _ in false }.head?.commit == second)
    }
}
