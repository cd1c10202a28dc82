import Testing

@testable import Reconciler

struct VersionRangeTests {
    @Test(arguments: [
        (">=1.20 <2", ["1.20", "1.99.9", "v1.20.0"], ["1.19.9", "2", "1.21-alpine"]),
        (">=1.20, <2", ["1.20"], ["2.0"]),
        ("~1.22", ["1.22", "1.22.9"], ["1.23", "1.21.9"]),
        ("~1", ["1.0", "1.99"], ["2.0", "0.9"]),
        ("~>1.22.3", ["1.22.3", "1.22.9"], ["1.22.2", "1.23"]),
        ("^3", ["3.0", "3.20.1"], ["4", "2.9"]),
        ("^0.2.3", ["0.2.3", "0.2.9"], ["0.3", "0.2.2"]),
        ("^0.0.3", ["0.0.3"], ["0.0.4"]),
        ("^0.0", ["0.0.9"], ["0.1"]),
        ("^0", ["0.9"], ["1.0"]),
        ("1.x", ["1.0", "1.22.3"], ["2.0"]),
        ("1.2.*", ["1.2", "1.2.9"], ["1.3"]),
        ("*", ["0", "99.9"], ["latest", "1-alpine"]),
        ("1.22.3", ["1.22.3", "v1.22.3"], ["1.22.4", "1.22"]),
        ("= 1.22", ["1.22.3"], ["1.23"]),
        (">1.22", ["1.23"], ["1.22.9"]),
        ("<=1.22", ["1.22.9"], ["1.23"]),
        ("1.2 - 1.4", ["1.2", "1.4.9"], ["1.5", "1.1.9"]),
        ("^1 || ^3", ["1.5", "3.1"], ["2.0"]),
        ("v1.x", ["1.5"], ["2.0"]),
        ("~1.22-alpine", ["1.22-alpine", "1.22.3-alpine"], ["1.22", "1.22.3-alpine3.20", "1.23-alpine"]),
        ("~1.22-alpine*", ["1.22.3-alpine3.20"], ["1.22.3-slim"]),
        (">=2.0.0-rc* <3", ["2.0.0-rc.1", "2.1-rc2"], ["2.0.0", "3.0.0-rc1"]),
        (">=24.04", ["24.04", "24.10"], ["22.04"]),
    ])
    func `a range holds what npm and cargo users expect`(text: String, inside: [String], outside: [String]) throws {
        let range = try VersionRange(text)
        for tag in inside { #expect(Version(tag).map(range.contains) == true, "\(tag) in \(text)") }
        for tag in outside { #expect(Version(tag).map(range.contains) != true, "\(tag) not in \(text)") }
    }

    @Test(arguments: [
        "", "||", "^1 ||", "1..2", "1.2.3.4", "=>1", "><1", ">2 <1", ">*", "latest", "1.x.2", "1.2-", "~", "~1-a ~1-b",
        "99999999999999999999", "1.2 -", "^1 & ^2",
    ])
    func `what is no range is refused`(text: String) {
        #expect(throws: Malformed.self) { try VersionRange(text) }
    }

    @Test(arguments: ["latest", "bookworm", "1.2.3.4", "v", "1.", "1-", "-1", "1.2x", "99999999999999999999", "sha-1"])
    func `a tag that is no version never matches`(tag: String) {
        #expect(Version(tag) == nil)
    }

    @Test func `versions stand in semver's order, numbers in suffixes as numbers`() {
        let ordered = [
            "1.9", "1.10-alpine", "1.10-alpine3.9", "1.10-alpine3.20", "1.10-rc2", "1.10-rc10", "1.10", "1.10.0",
            "1.10.1", "2",
        ]
        #expect(ordered.reversed().compactMap { Version($0) }.sorted() == ordered.compactMap { Version($0) })
    }
}
