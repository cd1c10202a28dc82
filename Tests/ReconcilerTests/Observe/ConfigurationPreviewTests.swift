import Glibc
import Testing

@testable import Reconciler

struct ConfigurationPreviewTests {
    @Test func `plan sees what is pushed, and moves no reference and no file`() async throws {
        let site = try await ConfigurationSite()
        let before = try await site.state()
        let second = try await site.host.commit(["desired/mirror.json": "[\"alpine\"]", "desired/build.json": "{}"])
        for _ in 1...2 {
            let preview = try await site.peek()
            #expect(preview.look.head?.commit == second)
            #expect(preview.files.bytes.keys.sorted() == ["build.json", "mirror.json"])
            #expect(try DesiredReader().read(preview.files).mirrors.map(\.written) == ["alpine"])
            #expect(try await site.state() == before)
            #expect(try site.text("desired/mirror.json") == "[]")
        }
        #expect(try await site.refresh().head?.commit == second)
    }

    @Test func `plan reads the folder itself where a pass would stay`() async throws {
        let site = try await ConfigurationSite()
        try site.write("[\"busybox\"]", to: "desired/mirror.json")
        try await site.host.commit(["desired/mirror.json": "[\"alpine\"]"])
        let preview = try await site.peek()
        #expect(reason(preview.look.update).contains("local edits of desired/mirror.json are kept"))
        #expect(preview.look.head?.commit == (try await site.head()))
        #expect(try DesiredReader().read(preview.files).mirrors.map(\.written) == ["busybox"])
    }

    @Test func `a commit whose desired is gone, linked or too large is read as its checkout would be`() async throws {
        let site = try await ConfigurationSite()
        try await site.host.commit(["real/mirror.json": "[\"x\"]", "big": String(repeating: " ", count: (1 << 20) + 1)])
        try await site.host.run(
            """
            git rm -rq desired; mkdir desired
            ln -s ../real/mirror.json desired/mirror.json; ln -s /etc/passwd desired/build.json; mv big desired/webhooks.json
            git add -A; git commit -qm links
            """
        )
        let files = try await site.peek().files
        #expect(files.bytes == ["mirror.json": Array("[\"x\"]".utf8)])
        let error = #expect(throws: InvalidDesired.self) { try DesiredReader().read(files) }
        #expect(
            error?.faults.map(\.description) == [
                "desired/build.json: is no regular file",
                "desired/webhooks.json: larger than 1 MiB, which is the most that is read",
            ]
        )
        try await site.host.run(
            """
            git rm -q desired/build.json desired/webhooks.json; echo '{}' >desired/builds.json
            ln -s nothing desired/webhooks.json; git add -A; git commit -qm wrong
            """
        )
        let wrong = try await site.peek().files
        let faults = #expect(throws: InvalidDesired.self) { try DesiredReader().read(wrong) }?.faults
        #expect(
            faults?.map(\.description) == [
                "desired/builds.json: no such file is read; did you mean desired/build.json?",
                "desired/webhooks.json: is a symbolic link that leads nowhere; mend it or remove it",
            ]
        )
        try await site.host.run("git rm -rq desired; git commit -qm gone")
        #expect(try await site.peek().files.hasFolder == false)
    }
}
