import Glibc
import Testing

@testable import Reconciler

extension ServiceSuite {
    struct StopTests {
        @Test func `stopped in a build, it leaves no process behind, not even one that left its session`() async throws
        {
            let site = try await ServiceSite()
            let gate = try Gate()
            let nap = "\(site.port)\(site.port)"
            let script =
                "/busybox setsid /busybox sleep \(nap) & /busybox env -i /busybox setsid /busybox sleep \(nap) &"
            _ = try await site.source("slow", running: gate.files(script.dropLast() + "& :"))
            try await site.desire(build: #"{ "slow": { "URL": "HOST/slow.git" } }"#)
            let service = try site.start()
            try await service.reaches("the build runs") { gate.builds == 1 && processes(with: nap).count >= 2 }
            let stop = try await service.stop()
            #expect(stop.status == 0)
            #expect(stop.took < .seconds(10))
            #expect(processes(with: nap).isEmpty)
            #expect(processes(with: site.scenario.state).isEmpty)
            #expect(service.events.last == "stopped")
            #expect(!service.events.contains { $0.contains("failed") }, "\(service.events)")

            gate.open()
            let next = try site.start()
            try await next.says("build slow ")
            #expect(try await site.scenario.keptDigest("slow:latest") != nil)
            #expect(processes(with: nap).isEmpty)
            #expect(try await next.stop(SIGINT).status == 0)
        }

        @Test func `what left its group in a build is ended by the next start, though builder and service are killed`()
            async throws
        {
            let site = try await ServiceSite()
            let gate = try Gate()
            let nap = "\(site.port)\(site.port)"
            let script = "/busybox env -i /busybox setsid /busybox sleep \(nap) & :"
            _ = try await site.source("slow", running: gate.files(script))
            try await site.desire(build: #"{ "slow": { "URL": "HOST/slow.git" } }"#)
            let service = try site.start()
            let notes = site.scenario.state + "/work/children"
            try await service.reaches("the sleeper is noted") {
                let names = ((try? listFolder(notes)) ?? []).filter { !$0.hasPrefix(".") }
                let noted = names.map {
                    String(decoding: (try? readFile("\(notes)/\($0)", atMost: 1 << 16)) ?? [], as: UTF8.self)
                }
                // The shell that starts the sleeper names it too, but leads no session.
                return processes(with: nap).contains { pid in
                    ProcessStat(pid)?.session == pid && noted.contains { $0.contains("\(pid)-") }
                }
            }
            service.signal(SIGKILL)
            _ = try await service.ended()
            for builder in processes(with: site.scenario.state) { kill(builder, SIGKILL) }
            #expect(!processes(with: nap).isEmpty)
            gate.open()
            let next = try site.start()
            try await next.says("build slow ")
            #expect(next.events.contains { $0.hasPrefix("commands that a killed run had left, ended now: ") })
            #expect(processes(with: nap).isEmpty)
            #expect(try await next.stop().status == 0)
        }

        @Test func `stopped while a build ignores it and a receiver is silent, it is gone in time`() async throws {
            let receiver = try FakeServer { _ in .silence }
            let site = try await ServiceSite()
            let gate = try Gate()
            _ = try await site.source("told", ["Dockerfile": scratchImage])
            _ = try await site.source("slow", running: gate.files("trap '' TERM INT HUP"))
            try await site.desire(
                build: #"{ "told": { "URL": "HOST/told.git" }, "slow": { "URL": "HOST/slow.git" } }"#,
                webhooks: "[\"\(receiver.url)/hook\"]"
            )
            let service = try site.start(["--build-jobs": "2"])
            try await service.reaches("both hang") { gate.builds == 1 && !receiver.requests.isEmpty }
            let stop = try await service.stop()
            #expect(stop.status == 0)
            #expect(stop.took < .seconds(10))
            #expect(processes(with: site.scenario.state).isEmpty)
            #expect(try StateFile.peek(in: site.scenario.state).deliveries.count == 1, "what waits is kept")
        }

        @Test func `stopped while the registry is silent in an upload, it is gone in time`() async throws {
            let site = try await ServiceSite()
            try await site.scenario.publish("tool:1", "tool")
            let kept = try FakeServer { request in
                switch request.method {
                case "GET" where request.target == "/v2/": .answer(200)
                case "GET", "HEAD": .answer(404)
                case "POST": .answer(202, ["Location: /v2/tool/blobs/uploads/1"])
                default: .silence
                }
            }
            try await site.desire(mirror: #"[{ "image": "UPSTREAM/tool:1", "as": "tool" }]"#)
            let service = try site.start(["--registry": kept.address])
            try await service.reaches("the upload hangs") {
                kept.lines.contains { $0.hasPrefix("PUT ") || $0.hasPrefix("PATCH ") }
            }
            let stop = try await service.stop()
            #expect(stop.status == 0)
            #expect(stop.took < .seconds(10))
        }

        @Test func `what cannot be ended in order is cut off, with all that was started`() async throws {
            let site = try await ServiceSite()
            let gate = try Gate()
            let nap = "\(site.port)\(site.port)"
            _ = try await site.source("slow", running: gate.files("/busybox sleep \(nap) & :"))
            try await site.desire(build: #"{ "slow": { "URL": "HOST/slow.git" } }"#)
            // A pipe that is full, and that nobody reads: whoever writes a line of the log waits for ever.
            let pipe = try FullPipe(site.scenario.top.path + "/service.log")
            let service = try site.start()
            try await service.reaches("the build runs") { gate.builds == 1 && !processes(with: nap).isEmpty }
            pipe.fill()
            let stop = try await service.stop()
            #expect(stop.status == 1)
            #expect(stop.took < .seconds(10))
            #expect(processes(with: nap).isEmpty)
            #expect(processes(with: site.scenario.state).isEmpty)
        }

        @Test func `beside the service another ends with 75, and plan, check, status and force work`() async throws {
            let site = try await ServiceSite()
            _ = try await site.source("api", ["Dockerfile": scratchImage])
            try await site.desire(build: #"{ "api": { "URL": "HOST/api.git" } }"#)
            let service = try site.start(["--interval": "1s"])
            try await service.says("build api ")
            // It holds its lock, and what changes now another has changed.
            service.signal(SIGSTOP)
            let state = try readFile(site.scenario.state + "/state.jsonl", atMost: 1 << 20)
            for words in [[], ["--once"]] {
                let second = try await site.reconcile(words)
                #expect(second.status == 75)
                #expect(second.errors == "" && second.output == "")
            }
            #expect(try readFile(site.scenario.state + "/state.jsonl", atMost: 1 << 20) == state)
            service.signal(SIGCONT)
            #expect(try await site.reconcile(["check"]).status == 0)
            #expect(try await site.reconcile(["plan"]).status == 0)
            #expect(try await site.reconcile(["force", "api"]).status == 0)
            try await service.says("build api ", times: 2)
            try await service.reaches("the request is met") {
                try listFolder(site.scenario.state + "/force").isEmpty
            }
            service.signal(SIGHUP)
            #expect(try await service.stop().status == 0)
            #expect(service.events.count { $0.hasPrefix("build api ") } == 2)
        }
    }
}

/// A named pipe with a reader that does not read.
private final class FullPipe: Sendable {
    private let descriptor: FileDescriptor

    init(_ path: String) throws {
        guard mkfifo(path, 0o600) == 0 else { throw Loopback.Failure(message: "no pipe") }
        descriptor = FileDescriptor(open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC))
    }

    func fill() {
        let page = [UInt8](repeating: 32, count: 4_096)
        for size in [4_096, 1] { while write(descriptor.number, page, size) > 0 {} }
    }
}

/// The processes that have `text` in their command line.
func processes(with text: String) -> [pid_t] {
    ProcessStat.all().filter { process in
        guard !process.isZombie, process.pid != getpid() else { return false }
        let line = (try? readFile("/proc/\(process.pid)/cmdline", atMost: 1 << 20)) ?? []
        return String(decoding: line, as: UTF8.self).contains(text)
    }.map(\.pid)
}
