import Testing

@testable import Reconciler

/// One of our own parsers, inputs to begin with, and what must hold of every input whatever.
struct FuzzedParser: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let seeds: [String]
    let tokens: [String]
    /// Throws what must not be; a refusal of the parser's own is no fault.
    let check: @Sendable ([UInt8]) throws -> Void

    /// A promise that a parser did not keep.
    struct Broken: Error { let promise: String }

    static func promise(_ holds: Bool, _ promise: String) throws { if !holds { throw Broken(promise: promise) } }
}

/// For parsers of text; input that is no UTF-8 reaches them as the system's own decoding makes it.
private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

extension FuzzedParser {
    static let all = [
        json, stateFile, imageReference, gitURL, nudgeRequest, pushEvent, challenge, link, manifest, dockerfile,
        versions, desired,
    ]

    /// Those that the environment asks for: all, or one by its name.
    static let chosen =
        currentEnvironment()["RECONCILE_FUZZ_PARSER"].map { name in
            all.filter { $0.testDescription == name }
        } ?? all

    private static let json = FuzzedParser(
        testDescription: "JSON",
        seeds: [#"{"a":[1,-0.5e+3,true,null,"\u00e9\n"],"b":{"c":{}}}"#, "[]", "\"\"", " 1 "],
        tokens: ["{", "}", "[", "]", ",", ":", "\"a\"", "\\u", "\\ud83d\\ude00", "1e", "null", "// x"]
    ) { bytes in
        guard let read = try? JSONReader.read(bytes) else { return }
        try promise(try JSONReader.read(read.compact.utf8).compact == read.compact, "what is written reads the same")
        _ = (read.int, read.double, read.pretty)
    }

    private static let stateFile = FuzzedParser(
        testDescription: "the state file",
        seeds: [
            StateText.header + "\n" + StateChange.failure(.build("a"), nil).line + "\n", StateText.header + "\n", "",
            StateChange(key: .children, value: .check(at: Moment(seconds: 1))).line + "\n",
        ],
        tokens: ["\n", "{\"sum\":\"", "\"key\":\"image build/a\"", "\"version\":2", StateText.header]
    ) { bytes in
        let read = StateText(bytes)
        let again = StateText(StateText.compact(read.recorded))
        try promise(again.damaged == 0 && again.recorded == read.recorded, "what is kept is written whole")
    }

    private static let imageReference = FuzzedParser(
        testDescription: "image references",
        seeds: [
            "alpine", "quay.io/a/b:v1", "[::1]:5000/a", "localhost:5000/a/b_c--d.e:latest",
            "a@sha256:" + String(repeating: "0", count: 64),
        ],
        tokens: [":", "@sha256:", "/", "docker.io/", "_", "--", "[", "]", "é", "A"]
    ) { bytes in
        guard let read = try? ImageReference(text(bytes)) else { return }
        try promise(try ImageReference(read.description) == read, "a reference reads as it is written")
        try promise(!read.description.contains(where: \.isWhitespace), "no reference has a blank")
    }

    private static let gitURL = FuzzedParser(
        testDescription: "git addresses",
        seeds: [
            "git@github.com:a/b.git", "ssh://git@h:22/a", "https://u:p@h/a.git", "http://h/a", ".", "/a/b", "file:///a",
        ],
        tokens: ["ext::", "fd::", "-", "--upload-pack=", "://", "@", ":", "git@", "..", " ", "%00"]
    ) { bytes in
        guard let url = try? GitURL(text(bytes)) else { return }
        let shown = url.description
        // git takes letters and digits before two colons for a helper (gitremote-helpers(7)); a host "ext" may be.
        let isHelper = shown.drop { $0.isLetter || $0.isNumber }.hasPrefix("::")
        try promise(!shown.hasPrefix("-") && !isHelper, "no option and no helper gets through")
        try promise(shown.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F }, "no control character")
    }

    private static let nudgeRequest = FuzzedParser(
        testDescription: "requests to the nudge endpoint",
        seeds: [
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            "GET /healthz HTTP/1.0\r\n\r\n",
        ],
        tokens: [
            "\r\n", "Content-Length: ", "Transfer-Encoding: chunked\r\n", "Host: ", "HTTP/1.1", "FFFFFFFF", ";",
            "100-continue",
        ]
    ) { bytes in
        var (parser, requests) = (RequestParser(limits: HTTPLimits()), 0)
        for start in stride(from: 0, to: bytes.count, by: 7) {
            parser.receive(bytes[start..<min(bytes.count, start + 7)])
            while let event = parser.next() {
                if case .request(let request) = event { requests += 1 + request.body.count / (256 << 10) }
                if case .refused = event { return }
            }
        }
        try promise(requests <= bytes.count / 8, "no request out of nothing, no body kept beyond the limit")
    }

    private static let pushEvent = FuzzedParser(
        testDescription: "push events",
        seeds: [
            #"{"ref":"refs/heads/main","repository":{"ssh_url":"git@h:a/b.git","clone_url":"https://h/a/b.git"}}"#,
            "payload=%7B%22repository%22%3A%7B%22url%22%3A%22git%40h%3Aa%22%7D%7D",
        ],
        tokens: ["\"repository\":", "\"project\":", "{", "}", "%22", "payload="]
    ) { bytes in
        guard case .repositories(let names) = PushEvent.nudge(in: bytes) else { return }
        try promise(!names.isEmpty && names.count <= 16, "a few names at the most")
    }

    private static let challenge = FuzzedParser(
        testDescription: "WWW-Authenticate",
        seeds: [
            #"Bearer realm="https://a/t",service="s",scope="repository:a:pull", Basic realm="x""#, "Negotiate abc==",
        ],
        tokens: ["Bearer ", "realm=", "\"", "\\\"", ",", "="]
    ) { bytes in
        let parsed = Challenge.parse(text(bytes))
        try promise(parsed.count <= bytes.count + 1, "no challenge out of nothing")
    }

    private static let link = FuzzedParser(
        testDescription: "Link and Retry-After",
        seeds: [#"</v2/a/tags/list?n=1&last=b>; rel="next""#, "120", "Wed, 21 Oct 2026 07:28:00 GMT"],
        tokens: ["<", ">", "rel=next", ";", ",", "GMT", "99999999999999999999"]
    ) { bytes in
        if let target = nextLink(text(bytes)) {
            try promise(target.utf8.count <= bytes.count * 3, "no longer than the field")
        }
        let pause = parseRetryAfter(text(bytes), now: 1_795_000_000)
        try promise((pause ?? .zero) >= .zero, "no pause is negative")
    }

    private static let manifest = FuzzedParser(
        testDescription: "manifests",
        seeds: [
            #"{"schemaVersion":2,"mediaType":"\#(MediaType.ociIndex)","manifests":[{"mediaType":"\#(MediaType.ociManifest)","#
                + #""digest":"sha256:\#(String(repeating: "a", count: 64))","size":7,"platform":{"os":"linux","architecture":"arm"}}]}"#,
            #"{"schemaVersion":2,"config":{"mediaType":"a","digest":"sha256:\#(String(repeating: "b", count: 64))","size":1},"layers":[]}"#,
        ],
        tokens: [
            "\"size\":", "\"manifests\":[", "\"layers\":[", "\"urls\":[\"", "sha256:", "\"platform\":{", "-1", "1e300",
        ]
    ) { bytes in
        let manifest = Manifest(bytes: bytes, mediaType: MediaType.ociIndex)
        guard case .image(let config, let layers)? = try? ManifestContent(manifest) else { return }
        try promise(([config] + layers).allSatisfy { $0.size >= 0 }, "no size is negative")
    }

    private static let dockerfile = FuzzedParser(
        testDescription: "Dockerfiles",
        seeds: [
            "# syntax=a\n# escape=`\nARG A=1\nFROM --platform=$BUILDPLATFORM a:${A:-x} AS b\nCOPY --from=b:1 /a /b\n",
            "FROM scratch\nRUN --mount=type=bind,from=a <<EOF\nFROM no\nEOF\n",
        ],
        tokens: ["FROM ", "ARG ", "${", "}", ":-", "\\\n", "`\n", "<<EOF\n", "EOF\n", "--from=", " AS ", "$A"]
    ) { bytes in
        let names = Dockerfile(bytes).bases(args: ["A": "x"], target: nil, platform: try Platform("linux/amd64"))
        try promise(names.count <= 20_000, "no more images than are followed")
    }

    private static let versions = FuzzedParser(
        testDescription: "ranges, durations and sizes",
        seeds: [">=1.20 <2", "~1.22-alpine*", "^3 || 1.x", "1.2 - 1.4", "1h30m", "2GB", "v1.22.3-rc.1"],
        tokens: [">=", "<", "~", "^", "||", " - ", ".x", "*", "-", "9999999999", "d", "h"]
    ) { bytes in
        let text = text(bytes)
        let version = Version(text.prefix { $0 != " " })
        if let range = try? VersionRange(text), let version { _ = range.contains(version) }
        if let pause = try? Duration(text: text) { try promise(pause >= .zero, "no duration is negative") }
        _ = try? ByteCount(text: text)
    }

    private static let desired = FuzzedParser(
        testDescription: "the files of desired/",
        seeds: [
            #"{ "a": { "URL": "git@h:a/b.git", "path": "x", "tags": ["{short}"], "args": { "A": 1 }, "secrets": { "n": "N" } } }"#,
            #"[ "alpine:3.20", { "image": "golang", "tags": ["1.*"], "semver": "^1", "newest": 5, "settle": "24h" } ]"#,
            #"[ "https://h/", { "url": "https://h/", "images": ["a*"], "headers": { "A": "Bearer ${T}" } } ]"#,
        ],
        tokens: ["\"URL\":", "\"path\":\"..\"", "\"tags\":[", "\"image\":", "${", "{commit}", "\"every\":\"1m\"", ","]
    ) { bytes in
        for name in ["build.json", "mirror.json", "webhooks.json"] {
            do {
                _ = try DesiredReader().read { $0 == name ? bytes : nil }
            } catch let error as InvalidDesired {
                try promise(!error.faults.isEmpty, "what is refused is told")
                try promise(error.faults.count <= 101, "a hundred faults are enough")
            }
        }
    }
}
