import Testing

@testable import Reconciler

struct StatusDocumentTests {
    private let api = ImageID.build("api")

    @Test
    func `the document says what a program needs to know of an image`() throws {
        var sample = try SampleBoard(builds: ["api"], mirrors: ["alpine:3.20"])
        sample.board.apply([
            .image(api, try SampleBoard.record("a")), .runs(api, SampleBoard.history(2, failing: true)),
        ])
        sample.fail(api, "exit status 1")
        let json = try JSONReader.read(Array(sample.document.utf8))
        #expect(json["format"]?.string == "reconcile status")
        #expect(json["version"]?.int == 1)
        #expect(json["counts"]?["failing"]?.int == 1)
        let image = try #require(json["images"]?.array?.first)
        #expect(
            image.compact == """
                {"image":"api","kind":"build","source":"git@example.org:team/sources.git","state":"failing",\
                "since":1795475695,"why":"exit status 1","next":1795475755,"tries":2,\
                "actual":{"commit":"\(try SampleBoard.commit("a"))","digest":"\(SampleBoard.digest("a"))"},\
                "size":34567,"bases":[{"image":"alpine:3.20","digest":"\(SampleBoard.digest("alpine"))"}],\
                "reason":"never built","changed":1795475707,\
                "runs":[[1795475695,12.345,"built"],[1795475755,12.345,"failed"]],"log":"logs/api.txt"}
                """
        )
        #expect(json["images"]?.array?.last?["source"]?.string == "alpine:3.20")
    }

    @Test
    func `a base is marked as kept here or from elsewhere once a pass has looked`() throws {
        var sample = try SampleBoard(builds: ["api", "web"], mirrors: ["alpine:3.20"])
        sample.board.apply([.image(api, try SampleBoard.record("a"))])
        let (mirrored, host) = (MirrorExpansion(of: sample.desired, [:], Recorded()).tags, try RegistryHost("r:5000"))
        func here() throws -> Bool? {
            let images = try JSONReader.read(Array(sample.document.utf8))["images"]?.array
            return images?.first?["bases"]?.array?.first?["here"]?.bool
        }
        #expect(try here() == nil)
        for (mirrors, expected) in [(mirrored, true), ([], false)] {
            let names = KeptNames(sample.desired, mirrors, registry: host, publicName: host)
            sample.board.see(Observation(), [], names, now: SampleBoard.start)
            #expect(try here() == expected)
        }
    }

    @Test
    func `what is wrong beside the images is in it`() throws {
        var board = try SampleBoard(builds: []).board
        board.faults = [
            ConfigurationFault(
                file: "desired/build.json",
                position: .init(line: 12, column: nil),
                entry: "api",
                message: "unknown key \"pth\""
            )
        ]
        board.webhooks = [
            .init(
                url: "https://a/",
                image: api,
                since: SampleBoard.start,
                tries: 1,
                nextTry: SampleBoard.start,
                why: nil
            ),
            .init(url: "https://b/", image: api, since: SampleBoard.start, tries: 9, nextTry: nil, why: "404"),
        ]
        board.diskFree = ByteCount(bytes: 17)
        let json = try JSONReader.read(Array(StatusDocument(board: board, now: SampleBoard.start).text.utf8))
        #expect(
            json["faults"]?.compact
                == #"[{"file":"desired/build.json","line":12,"entry":"api","message":"unknown key \"pth\""}]"#
        )
        #expect(json["webhooks"]?["pending"]?.array?.count == 1)
        #expect(json["webhooks"]?["givenUp"]?.array?.first?["why"]?.string == "404")
        #expect(json["disk"]?.compact == #"{"free":17,"floor":2000000000}"#)
    }

    @Test
    func `2,000 images with all that there can be of them take less than 2 MB`() throws {
        let builds = (0..<1_000).map { "team-\($0)/some-service" }
        let mirrors = (0..<1_000).map { "quay.io/prometheus-\($0)/node-exporter:v1.8.2" }
        var sample = try SampleBoard(builds: builds, mirrors: mirrors)
        let reason = "commit 3f2a91c→8be01d4 touches js/tests “Answer faster when nobody asks twice”"
        for image in sample.board.images.map(\.image) {
            let runs = StateChange.runs(image, SampleBoard.history(20, reason: reason))
            sample.board.apply([.image(image, try SampleBoard.record(image.description)), runs])
            sample.board.update(image) { $0.desired.digest = SampleBoard.digest(image.description) }
        }
        for minute in 0..<1_440 {
            sample.board.beginPass(at: SampleBoard.start + .seconds(60 * minute))
            sample.board.endPass(at: SampleBoard.start + .milliseconds(60_000 * minute + 1_234))
        }
        #expect(sample.board.images.count == 2_000)
        #expect(sample.document.utf8.count < 2_000_000)
        _ = try JSONReader.read(Array(sample.document.utf8))
    }

    @Test(arguments: hostileTexts)
    func `a hostile text stays a text of one line, and cannot end a script element`(text: String) throws {
        var sample = try SampleBoard(builds: ["api"])
        sample.fail(api, text)
        sample.board.faults = [
            ConfigurationFault(file: "desired/build.json", position: nil, entry: text, message: text)
        ]
        sample.board.apply([.runs(api, SampleBoard.history(1, reason: text))])
        let document = sample.document
        #expect(!document.contains("<"))
        #expect(visible(document.replacing("\n", with: "")) == document.replacing("\n", with: ""))
        let image = try #require(try JSONReader.read(Array(document.utf8))["images"]?.array?.first)
        #expect(image["why"]?.string == visible(text))
        #expect(image["reason"]?.string == visible(text))
    }
}
