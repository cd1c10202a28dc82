import Glibc
import Synchronization
import Testing

@testable import Reconciler

struct WebhookTests {
    @Test func `every image is told once and in order, though the receiver is down, hangs and fails, over a kill`()
        async throws
    {
        let site = try await ServiceSite()
        let port = try Loopback.freePort()
        for name in ["a", "b"] {
            _ = try await site.source(name, ["Dockerfile": scratchImage, "name": name])
        }
        try await site.desire(
            build: #"{ "a": { "URL": "HOST/a.git" }, "b": { "URL": "HOST/b.git" } }"#,
            webhooks: #"["http://127.0.0.1:\#(port)/hook"]"#
        )
        var service: RunningService? = try site.start()
        try await service?.says("build a ")
        try await service?.says("build b ")
        try await service?.says("webhook http://127.0.0.1:\(port)/hook a cannot connect")
        let state = site.scenario.state
        try await service?.reaches("both wait") { try StateFile.peek(in: state).deliveries.count == 2 }
        let before = try StateFile.peek(in: state).deliveries.map(\.id.description)

        let accepted = Mutex<[String]>([])
        let count = Mutex(0)
        let receiver = try FakeServer(on: port) { request in
            let number = count.withLock { count in
                count += 1
                return count
            }
            switch number {
            case 1: return .silence
            case 2: return .answer(500)
            default:
                let body = try? JSONReader.read(request.body)
                accepted.withLock { $0.append("\(body?["image"]?.string ?? "") \(body?["id"]?.string ?? "")") }
                return .answer(200)
            }
        }
        try await service?.reaches("the receiver hangs") { receiver.requests.count == 1 }
        service = nil
        service = try site.start()
        try await service?.reaches("both are told") { accepted.withLock { $0.count } == 2 }
        try await service?.says("webhook http://127.0.0.1:\(port)/hook b 200")
        let told = accepted.withLock { $0 }
        #expect(told.map { $0.prefix(1) } == ["a", "b"])
        #expect(told.map { String($0.dropFirst(2)) } == before, "an id stays the same over tries and a restart")
        try await service?.reaches("nothing waits") { try StateFile.peek(in: site.scenario.state).deliveries.isEmpty }
        #expect(try await service?.stop().status == 0)
    }
}
