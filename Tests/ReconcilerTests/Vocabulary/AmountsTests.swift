import Testing

@testable import Reconciler

struct AmountsTests {
    @Test(arguments: [
        ("30s", 30), ("5m", 300), ("1h30m", 5_400), ("2d", 172_800), ("1d2h3m4s", 93_784), ("90m", 5_400), ("0h1s", 1),
        ("36500d", 3_153_600_000),
    ])
    func `durations are read and written`(text: String, seconds: Int) throws {
        let duration = try Duration(text: text)
        #expect(duration == .seconds(seconds))
        #expect(try Duration(text: duration.text) == duration)
    }

    @Test(arguments: [
        "", "0s", "0h0m", "5", "s", "-5m", "+5m", "5 m", "1.5h", "5m1h", "5m5m", "1w", "1H", "99999999999999999999s",
        "36501d",
        "9223372036854775807d", "٥m", "5m\u{301}", "5\u{301}m", "1e3s", "5ms",
    ])
    func `what is no duration is refused without trapping`(text: String) {
        #expect(throws: Malformed.self) { try Duration(text: text) }
    }

    @Test(arguments: [
        ("0", 0), ("10", 10), ("10B", 10), ("2GB", 2_000_000_000), ("2gb", 2_000_000_000), ("1KiB", 1_024),
        ("3TiB", 3_298_534_883_328),
    ])
    func `sizes are read`(text: String, bytes: Int64) throws {
        #expect(try ByteCount(text: text).bytes == bytes)
    }

    @Test(arguments: [
        "", "GB", "-1", "+1", "1.5GB", "2 GB", "9223372036854775807TB", "99999999999999999999", "1PB", "٢GB", "1e9",
    ])
    func `what is no size is refused without trapping`(text: String) {
        #expect(throws: Malformed.self) { try ByteCount(text: text) }
    }

    @Test(
        arguments: [
            (0, "0 B"), (999, "999 B"), (1_000, "1.0 kB"), (3_400_000, "3.4 MB"), (99_499, "99.5 kB"),
            (99_949, "100 kB"),
            (999_499, "999 kB"), (999_500, "1.0 MB"),
            (Int64.max, "9223372.0 TB"),
        ] as [(Int64, String)]
    )
    func `sizes are shown in two or three digits`(bytes: Int64, text: String) {
        #expect(ByteCount(bytes: bytes).description == text)
    }
}

struct GlobTests {
    @Test(arguments: [
        ("*", "", true), ("*", "abc", true), ("", "", true), ("", "a", false), ("a*c", "abbc", true),
        ("a*c", "abcd", false), ("?", "a", true),
        ("?", "", false), ("a?c", "abc", true), ("*b*", "abc", true), ("test-*", "test-js", true),
        ("test-*", "Test-js", false),
        ("a.c", "abc", false), ("[a]", "a", false), ("**a", "bba", true), ("1.22.*-alpine*", "1.22.3-alpine3.20", true),
    ])
    func `a pattern matches all of a text or nothing`(pattern: String, text: String, matches: Bool) {
        #expect(Glob(pattern).matches(text) == matches)
    }

    @Test(.timeLimit(.minutes(1)))
    func `a hostile pattern takes no exponential time`() {
        let pattern = Glob(String(repeating: "*a", count: 500) + "b")
        #expect(!pattern.matches(String(repeating: "a", count: 5_000)))
    }
}
