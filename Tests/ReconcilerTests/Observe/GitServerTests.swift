import Glibc
import Testing

@testable import Reconciler

struct GitServerTests {
    private func serve(
        login: String? = nil,
        script: String = "",
        answer: String = "exec git http-backend"
    ) async throws -> (GitSource, GitHTTPServer, ObjectID) {
        let source = try await GitSource()
        let id = try await source.commit(["a": "1"])
        let server = try await GitHTTPServer(
            projects: source.top.path + "/allowed",
            login: login,
            script: script.replacing("TOP", with: source.top.path),
            answer: answer
        )
        return (source, server, id)
    }

    @Test func `a repository is fetched over http`() async throws {
        let (source, server, id) = try await serve()
        let heads = try await source.repository(server.url("source/.git")).fetch([.defaultBranch])
        #expect(heads == [.defaultBranch: .present(id)])
        await server.stop()
    }

    @Test func `a token works and is in no argument list and in no file of ours`() async throws {
        let seen = "for p in /proc/[0-9]*; do tr '\\0' ' ' < $p/cmdline; echo; done >> TOP/seen 2>/dev/null"
        let (source, server, id) = try await serve(login: "me:canary-4711", script: seen)
        let repository = try source.repository(server.url("source/.git", user: "me:canary%2D4711"))
        #expect(await repository.fetch([.defaultBranch]) == [.defaultBranch: .present(id)])
        let commands = try readFile(source.top.path + "/seen", atMost: 64 << 20)
        #expect(String(decoding: commands, as: UTF8.self).contains("remote-http"))
        let found = try await shell(
            "grep -rlE 'canary|Y2FuYXJ5' '\(source.top.path)/seen' '\(source.top.path)/state' || true"
        )
        #expect(found == "")
        await server.stop()
    }

    @Test func `a name alone is sent with the password of a helper, else with an empty one`() async throws {
        let (source, server, id) = try await serve(login: "canary-4711:")
        let repository = try source.repository(server.url("source/.git", user: "canary-4711"))
        #expect(await repository.fetch([.defaultBranch]) == [.defaultBranch: .present(id)])
        let (other, second, otherID) = try await serve(login: "me:kept")
        try writeFile(
            other.top.path + "/.gitconfig",
            Array("[credential]\n\thelper = \"!echo password=kept; :\"\n".utf8)
        )
        let kept = try other.repository(second.url("source/.git", user: "me"))
        #expect(await kept.fetch([.defaultBranch]) == [.defaultBranch: .present(otherID)])
        await second.stop()
        await server.stop()
    }

    @Test func `refused credentials and missing ones say what to do, without the token`() async throws {
        let (source, server, _) = try await serve(login: "me:right")
        let wrong = try await source.repository(server.url("source/.git", user: "me:canary-4711")).fetch([
            .defaultBranch
        ])
        guard case .unknown(let refused)? = wrong[.defaultBranch] else { return #expect(Bool(false), "\(wrong)") }
        #expect(!refused.contains("canary"))
        let none = try await source.repository(server.url("source/.git")).fetch([.defaultBranch])
        guard case .unknown(let missing)? = none[.defaultBranch] else { return #expect(Bool(false), "\(none)") }
        #expect(missing.hasSuffix("it asks for credentials; set up a credential helper for this account"))
        await server.stop()
    }

    @Test func `what a server says is escaped, cut and marked as git's complaint`() async throws {
        let answer = """
            printf 'Content-Type: application/x-git-upload-pack-advertisement\\r\\n\\r\\n'
            printf '001e# service=git-upload-pack\\n0000'
            printf '0032ERR \\033[31mpay up\\033[0m\\nerror: 10 euros, or else\\n..'
            """
        let (source, server, _) = try await serve(answer: answer)
        let heads = try await source.repository(server.url("x")).fetch([.defaultBranch])
        guard case .unknown(let reason)? = heads[.defaultBranch] else { return #expect(Bool(false), "\(heads)") }
        #expect(reason.contains("pay up"))
        #expect(!reason.unicodeScalars.contains { $0.value < 0x20 })
        await server.stop()
    }

    @Test func `a redirect is not followed and the reason says so`() async throws {
        let (source, server, _) = try await serve(
            answer: "printf 'Status: 301 Moved\\r\\nLocation: http://127.0.0.1:1/x\\r\\n\\r\\n'"
        )
        let heads = try await source.repository(server.url("x")).fetch([.defaultBranch])
        guard case .unknown(let reason)? = heads[.defaultBranch] else { return #expect(Bool(false), "\(heads)") }
        #expect(reason.contains("redirects are not followed"))
        await server.stop()
    }

    @Test func `a server that never answers is left after the time limit, with all its processes`() async throws {
        let (source, server, _) = try await serve(answer: "sleep 300")
        let start = ContinuousClock.now
        let limits = GitRepository.Limits(time: .milliseconds(300))
        let heads = try await source.repository(server.url("silent")).fetch([.defaultBranch], limits)
        guard case .unknown(let reason)? = heads[.defaultBranch] else { return #expect(Bool(false), "\(heads)") }
        #expect(reason.contains("ended after its time limit"))
        #expect(ContinuousClock.now - start < .seconds(120))
        try await eventually("git's helpers have ended") {
            try await shell("cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' || true")
                .contains("127.0.0.1:\(server.port)/cgi-bin/git/silent") == false
        }
        await server.stop()
    }

    @Test func `a fetch that fills the disk is ended and what it received is removed`() async throws {
        // Sends five of thirty megabytes and then nothing.
        let (source, server, _) = try await serve(
            answer: """
                git http-backend > "$0.$$"
                head -c 5000000 "$0.$$"
                test $(stat -c %s "$0.$$") -lt 5000000 || sleep 300
                """
        )
        try await source.run("head -c 30000000 /dev/urandom > big")
        try await source.commit([:])
        let repository = try source.repository(server.url("source/.git"))
        let packs = repository.folder + "/objects/pack"
        let limits = GitRepository.Limits(time: .seconds(60)) {
            var size = 0
            for name in (try? listFolder(packs)) ?? [] { size += (try? fileSize("\(packs)/\(name)")) ?? 0 }
            return size > 4_000_000 ? "less than 2 GB free" : nil
        }
        let heads = await repository.fetch([.defaultBranch], limits)
        guard case .unknown(let reason)? = heads[.defaultBranch] else { return #expect(Bool(false), "\(heads)") }
        #expect(reason.hasSuffix("less than 2 GB free"))
        #expect(try listFolder(packs) == [])
        await server.stop()
    }
}

private func fileSize(_ path: String) throws -> Int { try readFile(path, atMost: 64 << 20).count }
