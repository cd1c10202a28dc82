import Testing

@testable import Reconciler

struct DeliveryRequestTests {
    private static let secrets = try? Secrets(Array("TOKEN=canary-one\nODD=a b\nHOSTILE=x@evil.example/\n".utf8))

    private static func record(_ url: String, _ headers: [String: String] = [:]) -> DeliveryRecord {
        DeliveryRecord(
            id: DeliveryID(),
            number: 1,
            image: .build("api"),
            url: url,
            headers: headers,
            body: "{}",
            created: Moment(seconds: 0),
            state: .waiting(.init(next: Moment(seconds: 0), isHeld: false, reason: nil))
        )
    }

    @Test func `secrets are filled in, the answer dropped, cloud metadata refused`() throws {
        let record = Self.record(
            "https://example.org/${TOKEN}?a=1",
            ["Authorization": "Bearer ${TOKEN}", "X": "${TOKEN}"]
        )
        let request = try record.request(#require(Self.secrets))
        #expect(request.url.description == "https://example.org/canary-one?a=1")
        #expect(request.method == .put)
        let headers = request.headers.map { "\($0.name): \($0.value)" }
        #expect(headers == ["Content-Type: application/json", "Authorization: Bearer canary-one", "X: canary-one"])
        #expect(request.refusesLinkLocal)
        #expect(request.deadline == .seconds(30))
        guard case .dropped = request.reception else { throw SocketFault("the answer is kept") }
        #expect(record.shownURL == "https://example.org/${TOKEN}?…")
    }

    @Test func `a user part becomes Basic credentials and is not shown`() throws {
        let record = Self.record("https://me:p%40ss@example.org/x")
        let request = try record.request(Secrets())
        #expect(request.url.description == "https://example.org/x")
        #expect(request.headers.last?.value == "Basic " + base64("me:p@ss".utf8))
        #expect(record.shownURL == "https://***@example.org/x")
    }

    @Test(arguments: [
        ("http://example.org/${TOKEN}", false, "clear"), ("https://example.org/${LATER}", true, "LATER"),
        ("https://example.org/${ODD}", false, "ODD"), ("https://u:${HOSTILE}@example.org/", false, "HOSTILE"),
        ("http://example.org/${LATER}", false, "clear"),
    ])
    func `what cannot be sent says why, without the secret`(url: String, isForNow: Bool, word: String) throws {
        let secrets = try #require(Self.secrets)
        let fault = #expect(throws: Unsendable.self) { try Self.record(url).request(secrets) }
        #expect(fault?.isForNow == isForNow)
        #expect(fault?.reason.contains(word) == true)
        for value in secrets.values { #expect(fault?.reason.contains(value) == false) }
    }

    @Test func `secrets go to this machine without https`() throws {
        let request = try Self.record("http://127.0.0.1:1/${TOKEN}").request(#require(Self.secrets))
        #expect(request.url.target == "/canary-one")
    }

    @Test func `a path beyond ASCII is escaped`() throws {
        #expect(try Self.record("https://example.org/é").request(Secrets()).url.target == "/%C3%A9")
    }
}
