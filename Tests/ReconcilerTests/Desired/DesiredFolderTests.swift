import Glibc
import Testing

@testable import Reconciler

struct DesiredFolderTests {
    @Test func `a folder on disk is read and a missing file counts as empty`() throws {
        let checkout = try Checkout()
        checkout.write("mirror.json", "[\"alpine:3.20\"]")
        #expect(try DesiredReader().read(checkout: checkout.path).mirrors.map(\.written) == ["alpine"])
    }

    @Test func `a missing folder is an error`() {
        let error = #expect(throws: InvalidDesired.self) { try DesiredReader().read(checkout: "/nowhere/at/all") }
        let expected =
            "desired: there is no such folder in /nowhere/at/all; name the config repo's checkout with --config"
        #expect(error?.description == expected)
    }

    @Test func `a file that is likely meant to be one of the three is named, and others are not`() throws {
        let checkout = try Checkout()
        for name in ["builds.json", "Mirror.JSON", "README.md", "build.json~", ".build.json.swp", "ports.json"] {
            checkout.write(name, "{")
        }
        checkout.write("webhooks.json", "[]")
        checkout.write("webhooks2.json", "[]")
        let error = #expect(throws: InvalidDesired.self) { try DesiredReader().read(checkout: checkout.path) }
        #expect(
            error?.faults.map(\.description) == [
                "desired/Mirror.JSON: no such file is read; did you mean desired/mirror.json?",
                "desired/builds.json: no such file is read; did you mean desired/build.json?",
            ]
        )
    }

    @Test func `a link to nothing is no missing file`() throws {
        let checkout = try Checkout()
        #expect(symlink("nowhere.json", checkout.file("build.json")) == 0)
        let error = #expect(throws: InvalidDesired.self) { try DesiredReader().read(checkout: checkout.path) }
        let words = "desired/build.json: is a symbolic link that leads nowhere; mend it or remove it"
        #expect(error?.description == words)
    }

    @Test func `only regular files of bounded size are read`() throws {
        let checkout = try Checkout()
        #expect(mkfifo(checkout.file("build.json"), 0o600) == 0)
        #expect(symlink("/dev/zero", checkout.file("mirror.json")) == 0)
        checkout.write("webhooks.json", String(repeating: " ", count: (1 << 20) + 1))
        let error = #expect(throws: InvalidDesired.self) { try DesiredReader().read(checkout: checkout.path) }
        #expect(
            error?.faults.map(\.description) == [
                "desired/build.json: is no regular file", "desired/mirror.json: is no regular file",
                "desired/webhooks.json: larger than 1 MiB, which is the most that is read",
            ]
        )
    }
}

/// A temporary checkout with an empty `desired`, gone with the value.
private final class Checkout {
    let path: String

    init() throws {
        var template = Array("/tmp/reconcile-desired-XXXXXX".utf8CString)
        path = try #require(mkdtemp(&template).map { String(cString: $0) })
        mkdir(path + "/desired", 0o700)
    }

    deinit {
        try? removeTree(path)
    }

    func file(_ name: String) -> String { path + "/desired/" + name }

    func write(_ name: String, _ text: String) {
        guard let stream = fopen(file(name), "w") else { return }
        fputs(text, stream)
        fclose(stream)
    }
}
