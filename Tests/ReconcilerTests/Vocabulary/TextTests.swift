import Testing

@testable import Reconciler

struct TextTests {
    @Test(arguments: [
        ("plain é 😀", "plain é 😀"), ("a\nb\r\tc", "a\\nb\\r\\tc"), ("\u{1B}[31m", "\\u{1b}[31m"),
        ("\u{0}\u{7F}\u{9B}", "\\u{0}\\u{7f}\\u{9b}"),
        ("\u{202E}x\u{2066}", "\\u{202e}x\\u{2066}"), ("\u{2028}\u{FEFF}", "\\u{2028}\\u{feff}"), ("\r\n", "\\r\\n"),
    ])
    func `what drives a terminal or starts a line is escaped`(text: String, shown: String) {
        #expect(visible(text) == shown)
    }

    @Test func `a quoted text is bounded, whatever its characters are made of`() {
        #expect(quoted("a\"b") == "\"a\"b\"")
        #expect(quoted(String(repeating: "x", count: 80)).count == 82)
        #expect(quoted(String(repeating: "x", count: 81)) == "\"" + String(repeating: "x", count: 77) + "…\"")
        #expect(quoted("e" + String(repeating: "\u{301}", count: 100_000)).utf8.count < 200)
    }

    @Test(
        arguments: [
            ("pth", "path"), ("ULR", "URL"), ("Path", "path"), ("tag", "tags"), ("pasued", "paused"), ("x", nil),
            ("something", nil),
            ("", nil), (String(repeating: "path", count: 100_000), nil),
        ] as [(String, String?)]
    )
    func `the nearest word is found if a typing error explains it`(word: String, expected: String?) {
        #expect(nearest(to: word, among: ["URL", "path", "file", "tags", "paused"]) == expected)
    }

    @Test(arguments: [
        ("/\u{301}", true), ("..\u{200D}", true), ("e\u{301}", false), ("é", false), ("a/b", false), ("\r\n", true),
        ("1\u{20E3}", false),
        ("👨‍👩‍👧", false),
    ])
    func `a mark on a slash or dot is noticed`(text: String, hides: Bool) {
        #expect(hidesPunctuation(text) == hides)
    }
}

struct RedactionTests {
    @Test(arguments: [
        ("> Authorization: Bearer eyJhbGciOi.J9", "> Authorization: ***"),
        ("curl -H 'authorization: token gh_abc' https://a/", "curl -H 'authorization: ***' https://a/"),
        (#"{"Authorization":"Basic dXNlcjpwdw==","a":1}"#, #"{"Authorization":"***","a":1}"#),
        ("Proxy-Authorization: Basic dXNlcjpwdw==", "Proxy-Authorization: ***"),
        ("sent Bearer eyJhbGciOi.J9-_x to it", "sent Bearer *** to it"),
        ("sent basic dXNlcjpwdzEyMw== to it", "sent basic *** to it"),
        ("Basic authentication failed; no bearer token", "Basic authentication failed; no bearer token"),
        ("Www-Authenticate: Bearer realm=\"https://a/token\"", "Www-Authenticate: Bearer realm=\"https://a/token\""),
        ("denied: authorization failed: Bearer authentication", "denied: authorization failed: Bearer authentication"),
        ("Authorization:", "Authorization:"), ("Bearer", "Bearer"), ("", ""), ("a", "a"),
    ])
    func `what logs in by a header is hidden, and sentences about it are not`(text: String, shown: String) {
        #expect(Redaction()(text) == shown)
        #expect(Redaction(["canary"])(text) == shown)
    }

    @Test(arguments: [
        ("https://user:pass@example.org/a", "https://***@example.org/a"),
        ("https://token@example.org/a", "https://***@example.org/a"),
        ("ssh://git@example.org/a", "ssh://git@example.org/a"),
        ("ssh://git:pw@example.org/a", "ssh://***@example.org/a"),
        ("git@example.org:a", "git@example.org:a"), ("https://example.org/@scope", "https://example.org/@scope"),
        ("a http://u:p@h/ b https://v:q@i c", "a http://***@h/ b https://***@i c"),
        ("https://a:b@c@d/e", "https://***@d/e"),
        ("'https://u:p@h'\r\nme@x", "'https://***@h'\r\nme@x"), ("://", "://"), ("x://@", "x://***@"),
    ])
    func `the user part of a URL is never shown`(text: String, shown: String) {
        #expect(withoutUserInformation(text) == shown)
        #expect(Redaction()(text) == shown)
    }

    @Test func `secrets are replaced wherever they stand, the longest first`() {
        let redaction = Redaction(["canary", "canary-two"]).adding(["abc", ""])
        #expect(redaction("canary canary-two canarycanary abc") == "*** *** ****** abc")
        #expect(redaction("xcanary\u{301}") == "x***\u{301}")
        #expect(redaction("canar") == "canar")
        #expect(redaction("") == "")
    }
}
