import Glibc
import Testing

@testable import Reconciler

struct SecretsFileTests {
    /// A secrets file beside an empty checkout.
    private struct Place {
        let folder = Result { try TemporaryFolder() }
        let path: String
        let checkout: String

        init(_ text: String, mode: mode_t = 0o600, at name: String = "secrets") throws {
            let folder = try folder.get().path
            checkout = folder + "/checkout"
            path = "\(folder)/\(name)"
            try createFolder(checkout)
            try writeFile(path, Array(text.utf8), mode: mode)
        }

        func read() throws(FileFault) -> Secrets { try SecretsFile(path, outside: checkout).read() }
    }

    @Test(arguments: [
        ("A=1", ["A": "1"]), ("A=1\r\nB=2\r\n", ["A": "1", "B": "2"]), ("\n# c\n  # d\nA=x # y\n", ["A": "x # y"]),
        ("export A=1\n", ["A": "1"]), ("  A=1", ["A": "1"]), ("A=", ["A": ""]), ("A=  b c  ", ["A": "b c"]),
        ("A=\"b c \"", ["A": "b c "]), ("A='b'", ["A": "b"]), ("A='b\"", ["A": "'b\""]), ("A=\"", ["A": "\""]),
        ("A=\"b\"c", ["A": "\"b\"c"]), ("A=a=b==", ["A": "a=b=="]), ("A=$HOME\\n", ["A": "$HOME\\n"]),
        ("\u{FEFF}A=1", ["A": "1"]), ("_a9=é", ["_a9": "é"]), ("", [:]),
    ])
    func `each line names a value`(text: String, expected: [String: String]) throws {
        let secrets = try Place(text).read()
        for (name, value) in expected { #expect(secrets[name] == value) }
        #expect(secrets.values.count == expected.count)
    }

    @Test(arguments: [
        ("A=canary\nB canary", "line 2 has no ="), ("1A=canary", "line 1 has no valid name"),
        ("A =canary", "line 1 has no valid name"), ("A=canary\nA=canary", "line 2 sets A again, first in line 1"),
        ("HOME", "line 1 has no ="), ("A=can\u{1b}ary", "control characters"), ("=canary", "no valid name"),
    ])
    func `a faulty line is named, and its content is not`(text: String, words: String) throws {
        let place = try Place(text)
        let fault = #expect(throws: FileFault.self) { try place.read() }
        #expect(fault?.description.hasPrefix("use \(place.path): ") == true)
        #expect(fault?.description.contains(words) == true)
        #expect(fault?.description.contains("canary") == false)
    }

    @Test(arguments: [0o644, 0o640, 0o604, 0o660, 0o700, 0o601, 0o4600] as [mode_t])
    func `a file that others may use is refused, with the cure`(mode: mode_t) throws {
        let place = try Place("A=1", mode: mode)
        let fault = #expect(throws: FileFault.self) { try place.read() }
        #expect(fault?.description.hasSuffix("run chmod 600 \(place.path)") == true)
        chmod(place.path, 0o600)
        #expect(try place.read()["A"] == "1")
        chmod(place.path, 0o400)
        #expect(try place.read()["A"] == "1")
    }

    @Test func `a file in the checkout is refused, however it is named`() throws {
        let place = try Place("A=1", at: "checkout-other")
        #expect(try place.read()["A"] == "1")
        let inside = place.checkout + "/secrets"
        try writeFile(inside, Array("A=1".utf8))
        let link = place.path + ".link"
        symlink(inside, link)
        for path in [inside, link, "\(place.checkout)/../checkout/secrets"] {
            let fault = #expect(throws: FileFault.self) { try SecretsFile(path, outside: place.checkout).read() }
            #expect(fault?.description.contains("lies in the checkout") == true)
        }
        symlink(place.path, place.checkout + "/out")
        #expect(try SecretsFile(place.checkout + "/out", outside: place.checkout).read()["A"] == "1")
    }

    @Test func `what is no regular file is refused, and a pipe without a writer does not block`() throws {
        let place = try Place("")
        mkfifo(place.path + ".pipe", 0o600)
        for path in [place.path + ".pipe", place.checkout] {
            let fault = #expect(throws: FileFault.self) { try SecretsFile(path, outside: place.checkout).read() }
            #expect(fault?.description.contains("no regular file") == true)
        }
        let missing = #expect(throws: FileFault.self) { try SecretsFile("/nowhere", outside: place.checkout).read() }
        #expect(missing?.isNotFound == true)
    }

    @Test func `a file of another account is refused`() throws {
        let place = try Place("A=1")
        try #require(geteuid() != 0 || chown(place.path, 12_345, 0) == 0)
        let other = geteuid() == 0 ? place.path : "/etc/passwd"
        let fault = #expect(throws: FileFault.self) { try SecretsFile(other, outside: place.checkout).read() }
        #expect(fault?.description.contains("not to this account") == true)
    }

    @Test func `a file too large is refused`() throws {
        let place = try Place("A=" + String(repeating: "a", count: SecretsFile.limit))
        #expect(throws: FileFault.self) { try place.read() }
    }

    @Test func `a changed file is read again, and its former values stay hidden`() throws {
        let place = try Place("A=canary-one")
        let file = SecretsFile(place.path, outside: place.checkout)
        #expect(try file.read()["A"] == "canary-one")
        try writeFile(place.path, Array("A=canary-two".utf8))
        #expect(try file.read()["A"] == "canary-two")
        #expect(file.redaction("canary-one canary-two") == "*** ***")
        chmod(place.path, 0o644)
        #expect(throws: FileFault.self) { try file.read() }
    }

    @Test func `the environment is never asked`() throws {
        setenv("RECONCILE_TEST_CANARY", "canary", 1)
        defer { unsetenv("RECONCILE_TEST_CANARY") }
        #expect(try Place("A=1").read()["RECONCILE_TEST_CANARY"] == nil)
    }
}
