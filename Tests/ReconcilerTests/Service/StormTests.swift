import Glibc
import Testing

@testable import Reconciler

extension ServiceSuite {
    struct StormTests {
        @Test func `ten thousand nudges in a pass are all taken, make two more at most, and cost no memory`()
            async throws
        {
            let (site, gate) = (try await ServiceSite(), try Gate())
            _ = try await site.source("slow", running: gate.files())
            _ = try await site.source("broken", ["Dockerfile": "FROM scratch\nCOPY nothing-of-this-name /\n"])
            try await site.desire(
                build: #"{ "broken": { "URL": "HOST/broken.git" }, "slow": { "URL": "HOST/slow.git" } }"#
            )
            let service = try site.start()
            try await service.reaches("a pass is under way") { gate.builds == 1 }
            _ = try await site.storm(connections: 50, each: 20)
            let before = service.memory
            #expect(try await site.storm(connections: 50, each: 200) == 10_000)
            #expect(service.memory - before < 2 << 20, "\(before) bytes have become \(service.memory)")
            let looks = site.looks(at: "broken")
            gate.open()
            try await service.says("build slow ")
            func tries() throws -> Int? {
                try StateFile.peek(in: site.scenario.state)[failure: .build("broken")]?.tries
            }
            try await service.reaches("the look that the storm asked for") { site.looks(at: "broken") > looks }
            #expect(try tries() == 1, "its wait is a minute")

            // Forced, it is tried once more, and then waits again whatever comes.
            #expect(try await site.reconcile(["force", "broken"]).status == 0)
            service.signal(SIGHUP)
            try await service.reaches("it is tried again") { try tries() == 2 }
            _ = try await site.storm(connections: 10, each: 100)
            // What is new comes with a look after all those that the storms asked for.
            try await site.desire(mirror: #"[{ "image": "\#(gate.address)/large:1", "as": "large" }]"#)
            try site.nudge()
            try await service.says("mirror large:1 ")
            #expect(site.looks(at: "broken") - looks <= 4, "the first storm's, SIGHUP's, the second storm's, the last")
            #expect(try tries() == 2)
            #expect(service.events.count { $0.hasPrefix("broken build failed") } == 1, "said when it begins")
        }
    }
}

extension ServiceSite {
    /// Sends nudges over so many connections at the same time, and returns how many were answered with 202.
    func storm(connections: Int, each: Int) async throws -> Int {
        let port = port
        return try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<connections {
                group.addTask {
                    let client = try NudgeClient(port: port)
                    return try (0..<each).count { _ in
                        try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
                        return try client.answer().status == 202
                    }
                }
            }
            return try await group.reduce(0, +)
        }
    }
}
