import Testing

@testable import Reconciler

struct HTTPURLTests {
    @Test(arguments: [
        ("https://ghcr.io/v2/", "https://ghcr.io/v2/"),
        ("HTTPS://GHCR.io:443", "https://ghcr.io/"),
        ("http://[::1]:5000?x=1#part", "http://[::1]:5000/?x=1"),
        ("http://localhost:80/a%20b", "http://localhost/a%20b"),
    ])
    func `a URL is read and written as it goes out`(text: String, written: String) throws {
        #expect(try HTTPURL(text).description == written)
    }

    @Test(arguments: [
        "", "ghcr.io", "ftp://x/", "file:///etc/passwd", "https://", "https:///x", "https://user@host/",
        "https://u:p@h/",
        "https://host:0/", "https://host:99999/", "https://host:x/", "https://ho st/", "https://host/a b",
        "https://host/a\r\nX: y", "https://host/\u{e9}", "https://-host/",
    ])
    func `what is no plain http URL is refused`(text: String) {
        #expect(throws: Malformed.self) { try HTTPURL(text) }
    }

    @Test(arguments: [
        ("/x", "https://h:1/x"), ("x?y", "https://h:1/a/x?y"), ("?q", "https://h:1/a/b?q"), ("../c", "https://h:1/c"),
        ("../../../c", "https://h:1/c"), ("./", "https://h:1/a/"), ("//other/x", "https://other/x"),
        ("http://other:2/x", "http://other:2/x"), ("", "https://h:1/a/b?c"), ("#f", "https://h:1/a/b?c"),
        ("/x?to=http://y/", "https://h:1/x?to=http://y/"),
    ])
    func `a reference is resolved as RFC 3986 has it`(reference: String, meant: String) throws {
        #expect(try HTTPURL("https://h:1/a/b?c").resolving(reference).description == meant)
    }

    @Test func `a query is added to one that is there, and never shown`() throws {
        let url = try HTTPURL("https://h/up?_state=secret").adding(query: [("digest", "sha256:1&2")])
        #expect(url.description == "https://h/up?_state=secret&digest=sha256:1%262")
        #expect(url.redacted == "https://h/up?…")
    }

    @Test(arguments: [
        ("https://a/", "https://b/", true), ("https://a/", "http://a/", false),
        ("https://a/", "http://127.0.0.1/", false),
        ("https://a/", "https://localhost/", false), ("http://127.0.0.1:1/", "http://127.0.0.1:2/", true),
        ("http://127.0.0.1:1/", "http://a/", false), ("http://localhost/", "https://a/", true),
        ("http://localhost/", "http://localhost.evil/", false),
    ])
    func `a redirect never leaves TLS, and reaches this machine only from this machine`(
        base: String,
        target: String,
        follows: Bool
    ) throws {
        #expect(mayFollow(from: try HTTPURL(base), to: try HTTPURL(target)) == follows)
    }

    @Test(arguments: [
        ("169.254.169.254", true), ("[fe80::1]", true), ("fe80::1%eth0", true), ("febf::1", true),
        ("::ffff:169.254.1.1", true), ("fd00:ec2::254", true), ("169.253.0.1", false), ("127.0.0.1", false),
        ("fec0::1", false), ("::1", false), ("2852039166", true), ("0xa9.0xfe.1", true), ("[::ffff:a9fe:a9fe]", true),
        ("64:ff9b::a9fe:a9fe", true), ("64:ff9b::169.254.169.254", true), ("64:ff9b:1::a9fe:a9fe", true),
        ("64:ff9b::5db8:d822", false), ("2002:a9fe:a9fe::1", true), ("2002:5db8:d822::1", false),
        ("::169.254.169.254", true), ("100.100.100.200", true), ("::ffff:100.100.100.200", true),
        ("64:ff9b::6464:64c8", true), ("100.100.100.201", false), ("0.0.0.0", true), ("0", true), ("::", true),
        ("[::ffff:0.0.0.0]", true), ("10.0.0.1", false), ("2001:db8::1", false), ("fd00:ec2::253", false),
    ])
    func `addresses at which clouds keep secrets are known in all their forms`(text: String, isRefused: Bool) throws {
        #expect((try #require(NetworkAddress(text)).objection != nil) == isRefused)
    }
}
