import Glibc
import Testing

@testable import Reconciler

extension ServiceSuite {
    struct TroubleTests {
        private static let mirror = #"[{ "image": "UPSTREAM/tool:1", "as": "tool" }]"#

        private func site() async throws -> ServiceSite {
            let site = try await ServiceSite()
            try await site.scenario.publish("tool:1", "one")
            try await site.desire(mirror: Self.mirror)
            return site
        }

        @Test func `a registry that is not up yet is waited for and said once, and so is an endpoint that is taken`()
            async throws
        {
            let site = try await site()
            let taken = try FakeServer(on: site.port) { _ in .answer(200) }
            let port = try Loopback.freePort()
            let monitor = try FakeServer { _ in .answer(200) }
            let options = ["--registry": "127.0.0.1:\(port)", "--interval": "1s", "--ping": monitor.url + "/key?a=b"]
            let service = try site.start(options)
            try await service.says("registry 127.0.0.1:\(port) does not answer: ")
            try await service.reaches("the port is said to be taken") {
                service.events.contains { $0.hasSuffix("going on without nudges, trying again every minute") }
            }
            try await service.reaches("status fails") {
                let status = try await site.reconcile(["status"])
                return status.status == 1 && status.output.contains("registry 127.0.0.1:\(port) does not answer: ")
            }
            let looks = site.looks(at: "config")
            try await service.reaches("turns go by") { site.looks(at: "config") > looks + 2 }
            let registry = try await DockerRegistry(port: port)
            try await service.says("registry 127.0.0.1:\(port) answers again")
            try await service.says("mirror tool:1 ")
            #expect(service.events.count { $0.contains("does not answer") } == 1)
            #expect(!service.events.contains { $0.contains("failed") }, "it is nobody's failure: \(service.events)")
            try await service.reaches("the monitor is told") { monitor.lines.last == "GET /key?a=b" }
            #expect(monitor.lines.first == "GET /key/fail?a=b")
            withExtendedLifetime((registry, taken)) {}
            #expect(try await service.stop().status == 0)
        }

        @Test func `status fails when the service is gone, though every image was in line`() async throws {
            let site = try await site()
            let service = try site.start(["--interval": "1s"])
            try await service.says("mirror tool:1 ")
            try await service.reaches("status is content") {
                let status = try await site.reconcile(["status"])
                return status.status == 0 && status.output.contains("; last pass ")
            }
            service.signal(SIGKILL)
            _ = try await service.ended()
            // A child that was just being started holds the lock for a moment longer.
            try await service.reaches("status notices") {
                let status = try await site.reconcile(["status"])
                return status.status == 1 && status.output.contains("no reconcile is running")
            }
        }

        @Test func `a configuration that was invalid from the first start is on the page, and status fails`()
            async throws
        {
            let site = try await site()
            try await site.desire(build: "{")
            let service = try site.start(["--interval": "1s"])
            try await service.says("config desired/build.json")
            try await service.reaches("the page is there") { try fileKind(site.checkout + "/public/index.html") != nil }
            let status = try await site.reconcile(["status"])
            #expect(status.status == 1)
            #expect(status.output.contains("desired/ is invalid since"), "\(status.output)")
        }

        @Test func `an embedded registry that dies is started again, and stopped at the end`() async throws {
            let site = try await site()
            let port = try Loopback.freePort()
            let service = try site.start(["--registry": "embedded:\(port)"])
            try await service.says("mirror tool:1 ")
            #expect(!service.events.contains { $0.contains("does not answer") }, "the loop begins when it answers")
            let first = try #require(processes(with: site.scenario.state + "/registry.yml").first)
            kill(first, SIGKILL)
            try await service.reaches("it is said") {
                service.events.contains { $0.hasSuffix("starting the embedded registry again") }
            }
            try await service.reaches("it answers") { Loopback.answers(port) }
            let stop = try await service.stop()
            #expect(stop.status == 0)
            #expect(stop.took < .seconds(10))
            #expect(!Loopback.answers(port))
            let other = try site.start(["--registry": "embedded:\(port)"])
            try await other.says("reconcile ", times: 2)
            #expect(try await other.stop().status == 0)
        }

        @Test func `a base that goes on failing is said once, and so is that what is built on it waits`() async throws {
            let site = try await site()
            let app = try await site.source("app", ["Dockerfile": "FROM scratch\nCOPY nope /\n"])
            let base = "FROM \(site.scenario.kept.host)/app\nCOPY Dockerfile /\n"
            _ = try await site.source("web", ["Dockerfile": base])
            try await site.desire(
                build: #"{ "app": { "URL": "HOST/app.git" }, "web": { "URL": "HOST/web.git" } }"#
            )
            let service = try site.start()
            try await service.says("web waits: base app: ")
            for tries in 2...3 {
                service.signal(SIGHUP)
                try await service.reaches("it is tried again") {
                    service.events.count { $0.hasPrefix("buildah [") } == tries
                }
            }
            try await site.push(app, ["nope": "x"])
            service.signal(SIGHUP)
            try await service.says("build web ")
            #expect(try await service.stop().status == 0)
            #expect(service.events.count { $0.hasPrefix("app build failed: ") } == 1, "\(service.events)")
            #expect(service.events.count { $0.hasPrefix("web waits: ") } == 1)
        }

        @Test func `that an image waits for a base which an allowance holds back is said once`() async throws {
            let site = try await ServiceSite()
            let upstream = try FakeUpstream { _ in
                .fine(["ratelimit-limit: 100;w=21600", "ratelimit-remaining: 5;w=21600"])
            }
            let base = "\(upstream.server.address)/base:1"
            _ = try await site.source("app", ["Dockerfile": "FROM \(base)\nCOPY Dockerfile /\n"])
            try await site.desire(build: #"{ "app": { "URL": "HOST/app.git" } }"#, mirror: "[\"\(base)\"]")
            let service = try site.start(["--interval": "1s"])
            try await service.says("app waits: base ")
            let looks = site.looks(at: "app")
            try await service.reaches("turns go by") { site.looks(at: "app") > looks + 3 }
            #expect(service.events.count { $0.hasPrefix("app waits: ") } == 1, "\(service.events)")
            #expect(try await service.stop().status == 0)
        }

        @Test func `without the embedded registry's program it ends with 2`() async throws {
            let site = try await site()
            try site.scenario.top.write("", to: "bin/.empty")
            try await shell("ln -s $(command -v git) bin/git", in: site.scenario.top.path)
            var command = try site.command([], ["--registry": "embedded:\(try Loopback.freePort())"])
            command.environment["PATH"] = site.scenario.top.path + "/bin"
            let service = try RunningService(command, log: site.scenario.top.path + "/service.log")
            #expect(try await service.ended() == 2)
            #expect(service.events.contains { $0.contains("apt-get install docker-registry") })
        }

        @Test func `a disk that is full at boot is waited for, and all begins when there is space`() async throws {
            let site = try await site()
            let command = try site.command()
            let state = site.scenario.state
            try createFolder(state)
            // A file system of its own that only the service sees, filled to the last byte.
            let script = """
                mount --make-rprivate /
                mount -t tmpfs -o size=256k none '\(state)'
                : >'\(state)/lock'
                cat /dev/zero >'\(state)/fill' 2>/dev/null || true
                exec "$@"
                """
            let words = ["--mount", "/bin/sh", "-euc", script, "sh", command.program] + command.arguments
            let own = Command("unshare", words, environment: command.environment, folder: command.folder)
            let service = try RunningService(own, log: site.scenario.top.path + "/service.log")
            try await service.says("cannot begin: ")
            unlink("/proc/\(service.pid)/root\(state)/fill")
            try await service.says("reconcile ")
            // There is less space than a copy may use, which is the image's failure and says what to do.
            try await service.says("tool:1 copy failed: less than --disk-floor ")
            #expect(service.events.count { $0.hasPrefix("cannot begin: ") } == 1)
            #expect(try await service.stop().status == 0)
        }

        @Test func `a state folder that cannot be is said once, and a signal ends the waiting`() async throws {
            let site = try await site()
            try site.scenario.top.write("a file where a folder must be", to: "disk")
            let service = try site.start(["--state": site.scenario.top.path + "/disk/state"])
            try await service.says("cannot begin: ")
            let again = try site.command([], ["--state": site.scenario.top.path + "/disk/state"])
            let watchdog = try RunningService(again, log: site.scenario.top.path + "/watchdog.log")
            try await watchdog.reaches("it ends, for one waits already") { ProcessStat(watchdog.pid)?.isZombie ?? true }
            #expect(try await watchdog.ended() == 75)
            let stop = try await service.stop()
            #expect(stop.status == 0)
            #expect(stop.took < .seconds(2))
            #expect(service.events.count == 1)
        }
    }
}
