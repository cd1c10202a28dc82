import Glibc
import Testing

@testable import Reconciler

struct ConfigurationRepositoryTests {
    @Test func `a pushed commit is followed, and files git does not track stay`() async throws {
        let site = try await ConfigurationSite()
        try site.write("mine", to: "notes.txt")
        let first = try await site.head()
        #expect(try await site.refresh().update == .current)
        let second = try await site.host.commit(["desired/mirror.json": "[\"alpine\"]", "desired/build.json": "{}"])
        let look = try await site.refresh()
        #expect(look.update == .moved(from: first, to: second, isRewrite: false))
        #expect(look.fetched == second)
        #expect(
            look.head
                == ConfigurationHead(
                    gitFolder: site.path + "/.git",
                    commit: second,
                    branch: "main",
                    remote: site.host.path
                )
        )
        #expect(try site.text("desired/mirror.json") == "[\"alpine\"]")
        #expect(try site.text("notes.txt") == "mine")
        #expect(try await site.run("git status -sb --porcelain") == "## main...origin/main\n?? notes.txt\n")
        #expect(try await site.refresh().update == .current)
    }

    @Test func `a file that was only touched is no edit`() async throws {
        let site = try await ConfigurationSite()
        try await site.run("touch -d 2001-01-01 desired/mirror.json")
        let second = try await site.host.commit(["desired/mirror.json": "[\"alpine\"]"])
        #expect(try await site.refresh().head?.commit == second)
    }

    @Test(arguments: ["echo '[ ]' > desired/mirror.json", "rm desired/mirror.json", "echo x > new; git add new"])
    func `local edits are kept, said, and the commit that is there stays in use`(edit: String) async throws {
        let site = try await ConfigurationSite()
        try await site.run(edit)
        let first = try await site.head()
        let second = try await site.host.commit(["desired/mirror.json": "[\"alpine\"]"])
        let before = try await site.run("git status --porcelain; cat desired/* || true")
        let look = try await site.refresh()
        #expect(
            reason(look.update).contains("are kept, and origin/main at \(second.short) waits; commit and push them")
        )
        #expect(look.update.isTrouble)
        #expect(look.head?.commit == first)
        #expect(try await site.refresh() == look)
        #expect(try await site.run("git reflog origin/main | wc -l") == "1\n")
        #expect(try await site.run("git status --porcelain; cat desired/* || true") == before)
    }

    @Test func `local commits are kept, whether the other side has moved or not`() async throws {
        let site = try await ConfigurationSite()
        try await site.run("echo '[ ]' > desired/mirror.json; git commit -qam local")
        let local = try await site.head()
        let ahead = try await site.refresh()
        #expect(reason(ahead.update) == "\(site.path): 1 local commit is not in origin/main, and kept; push")
        try await site.host.commit(["other": "1"])
        let diverged = try await site.refresh()
        #expect(
            reason(diverged.update).contains("they went different ways; rebase and push, or give the local ones up")
        )
        #expect(diverged.head?.commit == local)
        #expect(try await site.head() == local)
    }

    @Test func `a rewritten branch is followed from a commit that was fetched`() async throws {
        let site = try await ConfigurationSite()
        let second = try await site.host.commit(["desired/mirror.json": "[\"a\"]", "gone": "x"])
        _ = try await site.refresh()
        try site.write("mine", to: "notes.txt")
        try await site.host.run("git reset -q --hard HEAD~1")
        let other = try await site.host.commit(["desired/mirror.json": "[\"b\"]"], "other")
        #expect(try await site.refresh().update == .moved(from: second, to: other, isRewrite: true))
        #expect(
            try await site.run("git status --porcelain; ls; cat desired/*")
                == "?? notes.txt\ndesired\nnotes.txt\n[\"b\"]"
        )
        try await site.host.run("git reset -q --hard HEAD~1")
        #expect(try await site.refresh().update == .moved(from: other, to: try await site.head(), isRewrite: true))
    }

    @Test func `a rewritten branch is not followed over local edits`() async throws {
        let site = try await ConfigurationSite()
        _ = try await site.refresh()
        try site.write("[ ]", to: "desired/mirror.json")
        try await site.host.run("git commit -q --amend -m other")
        #expect(reason(try await site.refresh().update).contains("local edits of desired/mirror.json are kept"))
        #expect(try site.text("desired/mirror.json") == "[ ]")
    }

    @Test func `a rewritten branch is not followed from a commit that nobody fetched`() async throws {
        let site = try await ConfigurationSite()
        let first = try await site.head()
        try await site.host.run("git commit -q --amend -m other")
        #expect(reason(try await site.refresh().update).contains("1 local commit is kept"))
        #expect(try await site.head() == first)
    }

    @Test(arguments: [
        ("desired/build.json", ""), ("state/state.jsonl", "state/"), ("state", "state/"), ("a/b", "a"),
        ("link/b", "link"),
    ])
    func `an untracked file in the way, ignored or not, is kept and named`(path: String, ignored: String) async throws {
        let site = try await ConfigurationSite()
        try site.write("*.swp\n\(ignored)\n", to: ".git/info/exclude")
        try site.write("precious", to: "desired/build.json")
        try site.write("precious", to: "state/state.jsonl")
        try site.write("precious", to: "a")
        symlink("state", site.path + "/link")
        try await site.host.commit([path: "pushed"])
        let look = try await site.refresh()
        #expect(reason(look.update).contains("is in the way of origin/main"))
        #expect(reason(look.update).contains(String(path.split(separator: "/")[0])))
        for name in ["desired/build.json", "state/state.jsonl", "a", "link/state.jsonl"] {
            #expect(try site.text(name) == "precious")
        }
    }

    @Test func `a file that becomes a folder and a folder that becomes a file are followed`() async throws {
        let site = try await ConfigurationSite(["desired/mirror.json": "[]", "a": "1", "b/c": "1"])
        try await site.host.run("git rm -q a b/c")
        let second = try await site.host.commit(["a/x": "2", "b": "2"])
        #expect(try await site.refresh().head?.commit == second)
        #expect(try site.text("a/x") + site.text("b") == "22")
    }

    @Test func `a clone of an empty repository gets its first commit`() async throws {
        let site = try await ConfigurationSite()
        try await site.run("git init -q --bare -b main empty.git; git clone -q empty.git new", in: site.host.top.path)
        let path = site.host.top.path + "/new"
        let repository = try ConfigurationRepository(git: site.host.git, checkout: path)
        #expect(reason(await repository.refresh { _ in false }.update).contains("has no branch main"))
        try await site.host.run("git push -q '\(site.host.top.path)/empty.git' main")
        let look = await repository.refresh { _ in false }
        #expect(look.update == .moved(from: nil, to: try await site.head(), isRewrite: false))
        #expect(try readFile(path + "/desired/mirror.json", atMost: 9) == Array("[]".utf8))
        #expect(try await site.run("git status -sb --porcelain", in: path) == "## main...origin/main\n")
    }

    @Test func `no hook is run, neither of the checkout nor of the account`() async throws {
        let site = try await ConfigurationSite()
        let canary = site.host.top.path + "/canary"
        let names = [
            "post-checkout", "post-merge", "reference-transaction", "post-index-change", "post-rewrite", "pre-auto-gc",
        ]
        for folder in [site.path + "/.git/hooks", site.host.top.path + "/hooks"] {
            try createFolder(folder)
            for name in names {
                try writeFile("\(folder)/\(name)", Array("#!/bin/sh\necho \(name) >> '\(canary)'\n".utf8), mode: 0o755)
            }
        }
        try await site.run("git config --global core.hooksPath '\(site.host.top.path)/hooks'")
        let second = try await site.host.commit(["desired/mirror.json": "[\"alpine\"]"])
        unlink(canary)
        _ = try await site.peek()
        #expect(try await site.refresh().head?.commit == second)
        #expect(try fileKind(canary) == nil)
        try await site.run("git commit -q --allow-empty -m x")
        #expect(try fileKind(canary) == .file)
    }
}
