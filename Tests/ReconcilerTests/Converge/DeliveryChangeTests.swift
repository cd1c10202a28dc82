import Testing

@testable import Reconciler

struct DeliveryChangeTests {
    @Test func `a build's body has the keys of the contract, in their order`() throws {
        let id = DeliveryID()
        let change = try ImageChange.build("test-js:v2", tags: [try Reconciler.Tag("v2"), .latest])
        let body = """
            {"id":"\(id)","event":"build","image":"test-js","tags":["v2","latest"],"digest":"\(change.digest)",\
            "reference":"docker.01-edu.org/test-js@\(change.digest)","source":"git@github.com:01-edu/public.git",\
            "commit":"\(String(repeating: "a", count: 40))","time":"\(change.time)"}
            """
        #expect(change.body(id) == body)
        #expect(change.time.description == "2026-11-23T18:04:05Z")
    }

    @Test func `a mirror's body names its upstream instead of a source`() throws {
        let json = try JSONReader.read(Array(ImageChange.mirror("alpine", "3.20").body(DeliveryID()).utf8))
        #expect(
            json.members?.map(\.key) == ["id", "event", "image", "tags", "digest", "reference", "upstream", "time"]
        )
        #expect(json["event"]?.string == "mirror")
        #expect(json["image"]?.string == "alpine")
        #expect(json["upstream"]?.string == "docker.io/library/alpine:3.20")
    }

    @Test func `the password of a source's URL is not in the body`() throws {
        let source = try GitURL("https://user:canary@example.org/api.git")
        let build = try ImageChange.build("api")
        let change = ImageChange(
            image: build.image,
            tags: build.tags,
            digest: build.digest,
            publicName: build.publicName,
            origin: .source(source, try ObjectID(String(repeating: "b", count: 40))),
            time: build.time
        )
        #expect(!change.body(DeliveryID()).contains("canary"))
        #expect(change.body(DeliveryID()).contains("https://example.org/api.git"))
    }

    @Test(arguments: [
        ([], true), (["test-*"], true), (["api"], false), (["api", "test-js"], true), (["test-js:v2"], true),
        (["test-js:other"], true), (["test-js:v3"], false), (["*:v2"], true), (["test"], false),
    ])
    func `a webhook hears of the images its patterns name`(patterns: [String], hears: Bool) throws {
        let change = try ImageChange.build("test-js:v2", tags: [try Reconciler.Tag("v2"), try Reconciler.Tag("other")])
        let hook = WebhookEntry(url: "https://a", images: patterns.map { Glob($0) }, events: [.build], headers: [:])
        #expect(listeners(to: change, among: [hook], and: []).count == (hears ? 1 : 0))
        #expect(listeners(to: change, among: [], and: [hook]).count == (hears ? 1 : 0))
    }

    @Test(arguments: [
        ([WebhookEntry.Event.build], 1, 0), ([.mirror], 0, 1), ([.build, .mirror], 1, 1),
    ])
    func `a webhook hears of the events it asks for`(events: [WebhookEntry.Event], builds: Int, mirrors: Int) throws {
        let hook = WebhookEntry(url: "https://a", images: [], events: Set(events), headers: [:])
        #expect(listeners(to: try .build("api"), among: [hook], and: []).count == builds)
        #expect(listeners(to: try .mirror("alpine", "3.20"), among: [], and: [hook]).count == mirrors)
    }

    @Test func `a URL named twice hears once`() throws {
        func hook(_ url: String, images: [Glob] = []) -> WebhookEntry {
            WebhookEntry(url: url, images: images, events: [.build], headers: [:])
        }
        let all = [hook("https://a"), hook("https://b", images: [Glob("other")])]
        let own = [hook("https://a"), hook("https://b"), hook("https://c")]
        let heard = listeners(to: try .build("api"), among: all, and: own)
        #expect(heard.map(\.url) == ["https://a", "https://b", "https://c"])
    }
}
