import Testing

@testable import Reconciler

struct PlatformTests {
    @Test(arguments: [
        ("linux/amd64", "linux/amd64"), ("linux/arm64/v8", "linux/arm64"), ("linux/arm64", "linux/arm64"),
        ("linux/arm", "linux/arm/v7"),
        ("linux/arm/v6", "linux/arm/v6"), ("linux/amd64/v1", "linux/amd64"), ("linux/amd64/v3", "linux/amd64/v3"),
    ])
    func `spellings that mean the same platform are equal`(text: String, shown: String) throws {
        #expect(try Platform(text).description == shown)
        #expect(try Platform(text) == Platform(shown))
    }

    @Test(arguments: [
        "", "linux", "amd64", "linux/", "linux/amd64/", "linux/amd64/v1/x", "Linux/amd64", "linux/amd 64",
        "linux/x86_64",
    ])
    func `what is no platform is refused`(text: String) {
        #expect(throws: Malformed.self) { try Platform(text) }
    }

    @Test func `an empty variant of an index is none`() {
        #expect(
            Platform(os: "linux", architecture: "arm64", variant: "")
                == Platform(os: "linux", architecture: "arm64", variant: "v8")
        )
    }
}

struct SecretTemplateTests {
    @Test func `secrets are filled in by name and all else stays`() throws {
        let template = try SecretTemplate("Bearer ${A}-$5-${B_2}$")
        #expect(template.names == ["A", "B_2"])
        #expect(try template.filled { ["A": "x${B_2}", "B_2": "y"][$0] } == "Bearer x${B_2}-$5-y$")
        #expect(throws: Malformed("${B_2} is not in the secrets file; add a line B_2=… to it (--secrets)")) {
            try template.filled { $0 == "A" ? "x" : nil }
        }
    }

    @Test(arguments: ["${", "${}", "${1A}", "${A-B}", "${A", "a ${A} ${", "${A}\u{301}${é}"])
    func `a secret without a proper name is refused`(text: String) {
        #expect(throws: Malformed.self) { try SecretTemplate(text) }
    }

    @Test func `a webhook is filled in, and a secret cannot add a header line`() throws {
        let hook = WebhookEntry(url: "https://example.org/${A}", images: [], events: [.build], headers: ["X": "${B}"])
        #expect(hook.secretNames == ["A", "B"])
        let filled = try hook.filled { ["A": "path", "B": "value"][$0] }
        #expect(filled.url == "https://example.org/path")
        #expect(filled.headers == ["X": "value"])
        #expect(throws: Malformed.self) { try hook.filled { _ in "a\r\nb" } }
        #expect(throws: Malformed.self) { try hook.filled { _ in nil } }
    }
}

struct WebAddressTests {
    @Test(arguments: [
        ("https://example.org", true), ("http://localhost:8080/x", true), ("http://127.0.0.1/", true),
        ("http://[::1]:80/", true),
        ("http://example.org/", false), ("http://localhost.evil/", false), ("HTTP://user@localhost/", true),
        ("http://localhost@example.org/", false), ("http://example.org?@localhost/", false),
    ])
    func `only https and this machine keep what is sent private`(text: String, isPrivate: Bool) throws {
        #expect(try WebAddress(text).isPrivate == isPrivate)
    }

    @Test(arguments: [
        "", "example.org", "//example.org", "ftp://example.org", "https://", "https:///x", "https://a b", "https://a\n",
        "https:/\u{301}/a/",
    ])
    func `what is no web address is refused`(text: String) {
        #expect(throws: Malformed.self) { try WebAddress(text) }
    }
}
