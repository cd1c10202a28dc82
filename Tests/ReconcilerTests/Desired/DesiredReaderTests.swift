import Testing

@testable import Reconciler

struct DesiredReaderTests {
    @Test(arguments: GoldenCase.all)
    func `a golden case reads as it says`(golden: GoldenCase) {
        #expect(golden.actual == golden.expected)
    }

    @Test func `there are at least thirty invalid golden cases and some valid ones`() {
        let invalid = GoldenCase.all.filter { $0.expected.hasPrefix("desired/") }
        #expect(invalid.count >= 30)
        #expect(GoldenCase.all.count - invalid.count >= 5)
    }

    @Test(arguments: [
        (Array("\u{FEFF}[]".utf8), "1:1: the file begins with a byte order mark; save it as plain UTF-8"),
        ([0xFE, 0xFF, 0, 0x5B], "1:1: the file begins with a byte order mark; save it as plain UTF-8"),
        ([0x5B, 0, 0x5D, 0], "1:1: the file looks like UTF-16; save it as UTF-8"),
        (Array("[\n\"é".utf8) + [0xE9, 0x22, 0x5D], "2:3: this is not UTF-8; save the file as UTF-8"),
    ])
    func `a file that is no plain UTF-8 is refused and told how to save it`(bytes: [UInt8], message: String) {
        #expect(faults { $0 == "mirror.json" ? bytes : nil } == ["desired/mirror.json:" + message])
    }

    @Test func `a file of more than one mebibyte is refused unread`() {
        let spaces = [UInt8](repeating: 0x20, count: DesiredReader.largestFile + 1)
        let message = "desired/build.json: larger than 1 MiB, which is the most that is read"
        #expect(faults { $0 == "build.json" ? spaces : nil } == [message])
    }

    @Test func `a file that cannot be had is a fault, and the others are still checked`() {
        let told = faults { name throws(Malformed) in
            if name == "build.json" { throw Malformed("cannot be read: Input/output error") }
            return name == "mirror.json" ? Array("[5]".utf8) : nil
        }
        #expect(told.count == 2)
        #expect(told.first == "desired/build.json: cannot be read: Input/output error")
    }

    @Test func `after a hundred faults the rest of a file's are only counted`() {
        let file = Array(("[" + (0..<5_000).map { "\n\($0)" }.joined(separator: ",") + "]").utf8)
        let told = faults { $0 == "webhooks.json" ? file : nil }
        #expect(told.count == 101)
        #expect(told.last == "desired/webhooks.json:101: and 4900 more faults")
    }

    @Test func `faults stand in the order of files and lines`() {
        let files = [
            "build.json": "{\n\"A\": {\n\"x\": 1 } }", "mirror.json": "[\n\"B\",\n\"C\"]", "webhooks.json": "[1]",
        ]
        let told = faults { files[$0].map { Array($0.utf8) } }
        let places = told.map { $0.prefix { $0 != " " } }
        #expect(
            places == [
                "desired/build.json:2:", "desired/build.json:2:", "desired/build.json:3:", "desired/mirror.json:2:",
                "desired/mirror.json:3:", "desired/webhooks.json:1:",
            ]
        )
    }

    @Test func `mutated files never crash the reader`() {
        var random = SeededGenerator(state: 1)
        let alphabet = Array("{}[]\",:\\u0-1e\n \u{0}é".utf8) + [0xFF, 0xED]
        for golden in GoldenCase.all {
            for _ in 0..<60 {
                let mutated = golden.files.sorted { $0.key < $1.key }.map { name, bytes in
                    (name, mutate(bytes, alphabet: alphabet, with: &random))
                }
                for fault in faults({ name in mutated.first { $0.0 == name }?.1 }) {
                    #expect(fault.hasPrefix("desired/") && !fault.utf8.contains { $0 < 0x20 })
                }
            }
        }
    }

    private func faults(_ contents: (String) throws(Malformed) -> [UInt8]?) -> [String] {
        do {
            _ = try DesiredReader().read(contents)
            return []
        } catch {
            return error.faults.map(\.description)
        }
    }
}

/// Changes, doubles or drops a few bytes.
private func mutate(_ bytes: [UInt8], alphabet: [UInt8], with random: inout SeededGenerator) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
        let at = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[at] = alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
        case 1: bytes.remove(at: at)
        case 2: bytes.insert(alphabet[Int.random(in: 0..<alphabet.count, using: &random)], at: at)
        default: bytes.append(contentsOf: bytes[at...].prefix(40))
        }
    }
    return bytes
}

extension DesiredReaderTests {
    @Test func `a file that was read is let go, claims and all`() throws {
        weak var released: DesiredFile?
        do {
            let file = DesiredFile("mirror.json") { _ in Array(#"[{ "image": "alpine", "tags": ["3.20"] }]"#.utf8) }
            let json = try #require(file.parse()?.array?.first)
            #expect(MirrorEntry(json, number: 1, in: file) != nil)
            #expect(file.claims.count == 1)
            released = file
        }
        #expect(released == nil, "the service reads desired/ in each pass, for years")
    }
}
