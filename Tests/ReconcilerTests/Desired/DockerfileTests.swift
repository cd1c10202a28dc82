import Testing

@testable import Reconciler

struct DockerfileTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let text: String
        var args: [String: String] = [:]
        var target: String?
        let bases: [String]

        init(_ name: String, _ text: String, args: [String: String] = [:], target: String? = nil, _ bases: [String]) {
            (testDescription, self.text, self.args, self.target, self.bases) = (name, text, args, target, bases)
        }
    }

    @Test(arguments: [
        Case("one", "FROM alpine:3.20\n", ["alpine:3.20"]),
        Case(
            "lower case, blanks, CRLF and a byte order mark",
            "\u{FEFF}  from \t alpine  as x \r\nRUN a\r\n",
            ["alpine"]
        ),
        Case("scratch is no image", "FROM scratch\nCOPY a /\n", []),
        Case("stages are no images", "FROM golang AS Build\nFROM build\nCOPY --from=BUILD /a /a\n", ["golang"]),
        Case("numbers are stages", "FROM golang\nFROM alpine\nCOPY --from=0 /a /a\n", ["alpine", "golang"]),
        Case("an unused stage counts for nothing", "FROM golang AS unused\nFROM alpine\n", ["alpine"]),
        Case("the target ends it", "FROM golang AS one\nFROM alpine\n", target: "ONE", ["golang"]),
        Case("a target by number", "FROM golang AS one\nFROM alpine\n", target: "0", ["golang"]),
        Case(
            "a name that comes later is an image",
            "FROM alpine\nCOPY --from=later /a /\nFROM x AS later\n",
            target: "0",
            ["alpine", "later"]
        ),
        Case("a stage named like its base", "FROM alpine AS alpine\nFROM alpine\n", ["alpine"]),
        Case("platform", "FROM --platform=$BUILDPLATFORM alpine:3 AS x\n", ["alpine:3"]),
        Case("copied from an image", "FROM scratch\nCOPY --chown=1:1 --from=busybox:1.36 /a /a\n", ["busybox:1.36"]),
        Case(
            "mounted from an image",
            "FROM scratch\nRUN --network=none --mount=type=bind,from=busybox,target=/x /x/a --mount=from=no\n",
            ["busybox"]
        ),
        Case("a default", "ARG V=3.20\nFROM alpine:$V\n", ["alpine:3.20"]),
        Case("a value wins", "ARG V=3.20\nFROM alpine:${V}\n", args: ["V": "3.21"], ["alpine:3.21"]),
        Case("a value without ARG does not count", "FROM alpine:${V:-1}\n", args: ["V": "3.21"], ["alpine:1"]),
        Case("defaults of defaults", "ARG A=3 B=\"$A.20\"\nARG C='$B'\nFROM alpine:${B}${C:+-x}\n", ["alpine:3.20-x"]),
        Case("empty counts as unset with a colon", "ARG A=\nFROM alpine:${A:-1}${A-2}\n", ["alpine:1"]),
        Case("nested", "FROM ${A:-${B:-alpine:${C:-3}}}\n", ["alpine:3"]),
        Case("an ARG of a stage is too late", "FROM alpine\nARG V=1\nFROM x:${V:-2}\n", ["x:2"]),
        Case("nothing is no image", "ARG V\nFROM $V\n", []),
        Case("what cannot be told is no image", "ARG V=abc\nFROM ${V#a}\n", []),
        Case("continued", "FROM \\\n  # a comment\n\n  alpine:3 \\ \t\n AS x\n", ["alpine:3"]),
        Case("two escapes continue nothing", "RUN a\\\\\nFROM alpine\n", ["alpine"]),
        Case("another escape", "# syntax=docker/dockerfile:1\n# escape=`\nFROM `\nalpine\nRUN a \\\nFROM x\n", ["x"]),
        Case("no directive after a comment", "# words\n# escape=`\nFROM \\\nalpine\n", ["alpine"]),
        Case(
            "here-documents",
            "FROM alpine\nRUN <<A <<-\"B\" sh\nFROM no\nA\nFROM no\n\t\tB\nCOPY --from=yes a a\n",
            ["alpine", "yes"]
        ),
        Case(
            "what only looks like one",
            "FROM alpine\nRUN a \"<<A\" $((1<<2)) <<<B\nCOPY --from=yes a a\n",
            ["alpine", "yes"]
        ),
        Case(
            "a here-document without end hides nothing",
            "FROM alpine\nRUN a <<A\nCOPY --from=yes a a\n",
            ["alpine", "yes"]
        ),
        Case("ONBUILD is of others", "FROM alpine\nONBUILD COPY --from=no a a\n", ["alpine"]),
        Case("the platform's own arguments", "FROM tool-$TARGETARCH\n", ["tool-arm64"]),
    ])
    func `bases are told as builders tell them`(item: Case) throws {
        let dockerfile = Dockerfile(Array(item.text.utf8))
        let platform = try Platform("linux/arm64")
        #expect(dockerfile.bases(args: item.args, target: item.target, platform: platform) == item.bases)
    }

    @Test func `hostile files are read in little time and memory`() throws {
        let doubling = (1...60).map { "ARG A\($0)=$A\($0 - 1)$A\($0 - 1)\n" }.joined()
        let deep = String(repeating: "${A:-", count: 50_000)
        let many = 60_000
        let texts = [
            "ARG A0=aaaa\n" + doubling + "FROM $A60\n", "FROM \(deep)\n",
            String(repeating: "RUN a <<E\n", count: many), String(repeating: "FROM a AS b\n", count: many),
            "FROM x\n" + (0..<many).map { "COPY --from=a\($0) a a\n" }.joined(),
            "FROM \\\n" + String(repeating: "a\\\n", count: many), String(repeating: "\"", count: 1 << 20),
            "FROM x\nRUN --mount=" + String(repeating: "from=a,", count: many) + "\n",
        ]
        let start = ContinuousClock.now
        for text in texts {
            _ = Dockerfile(Array(text.utf8)).bases(args: [:], target: nil, platform: .ofThisMachine)
        }
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test func `no bytes at all end the reader`() {
        var generator = SystemRandomNumberGenerator()
        let pieces =
            [
                "FROM ", "ARG ", "COPY --from=", "RUN --mount=from=", "<<A", "\n", "\\", "$", "${", "}", ":-", "\"",
                "'", " ",
                "a", "\r", "#", "=", "AS", "# escape=`\n", "`", "A", "0", "9999999999999999999999", "\u{0}", "é", "--",
            ].map { Array($0.utf8) } + [[0xFF], [0xEF, 0xBB, 0xBF], []]
        for _ in 0..<20_000 {
            let count = Int.random(in: 0..<30, using: &generator)
            let bytes = (0..<count).flatMap { _ in pieces.randomElement(using: &generator) ?? [] }
            let dockerfile = Dockerfile(bytes)
            _ = dockerfile.bases(args: ["A": "$A"], target: nil, platform: .ofThisMachine)
            _ = dockerfile.bases(args: ["a": ""], target: "0", platform: .ofThisMachine)
        }
    }
}
