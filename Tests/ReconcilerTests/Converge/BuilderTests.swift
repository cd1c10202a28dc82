import Glibc
import Synchronization
import Testing

@testable import Reconciler

struct BuilderTests {
    private static let dockerfile = """
        FROM scratch AS first
        COPY busybox /busybox
        COPY file /file
        FROM first
        ARG COLOUR
        LABEL colour=$COLOUR
        HEALTHCHECK CMD ["/busybox", "true"]
        CMD ["/busybox"]
        """

    @Test(arguments: [BuilderChoice.buildah, .podman])
    func `a build gives a layout in docker's format with labels, arguments and health check`(
        name: BuilderChoice
    ) async throws {
        let context = try BuilderContext()
        let builder = try await name.find(context.settings).builder
        let request = try context.request(
            Self.dockerfile,
            args: ["COLOUR": "canary-4711"],
            labels: ["org.example.a": "b c"]
        )
        let shown = builder.command(for: request)
        #expect(!shown.arguments.contains { $0.contains("canary-4711") })
        #expect(shown.display.contains("--tag localhost:5999/test-js:latest"))
        #expect(shown.folder?.hasPrefix(context.top.path) == true, "what it leaves behind is in a folder of its own")
        let lines = Mutex<[String]>([])
        let image = try LayoutImage(
            try await builder.build(request, onLine: { line in lines.withLock { $0.append(line) } })
        )
        let run = image.configuration["config"]
        #expect(run?["Labels"]?["org.example.a"]?.string == "b c")
        #expect(run?["Labels"]?["colour"]?.string == "canary-4711")
        #expect(run?["Healthcheck"]?["Test"]?.array?.count == 3)
        #expect(image.layers.count == 2)
        #expect(lines.withLock { $0.contains { $0.contains("COPY file /file") } })
    }

    @Test(arguments: [BuilderChoice.buildah, .podman])
    func `the same context gives the same layers, and a former image does not stay`(name: BuilderChoice) async throws {
        let context = try BuilderContext()
        let builder = try await name.find(context.settings).builder
        let first = try LayoutImage(try await builder.build(try context.request(Self.dockerfile), onLine: { _ in }))
        let other = Self.dockerfile.replacing("CMD [\"/busybox\"]", with: "CMD [\"/busybox\", \"sh\"]")
        let second = try LayoutImage(
            try await builder.build(try context.request(other, name: "second"), onLine: { _ in })
        )
        #expect(first.layers == second.layers)
        #expect(first.configuration["config"]?["Cmd"]?.array?.count == 1)
        #expect(second.configuration["config"]?["Cmd"]?.array?.count == 2)
    }

    @Test(arguments: [BuilderChoice.buildah, .podman])
    func `a DOCKER_CONFIG in which nobody has logged in is no hindrance`(name: BuilderChoice) async throws {
        let context = try BuilderContext(["DOCKER_CONFIG": "/nowhere"])
        let builder = try await name.find(context.settings).builder
        _ = try await builder.build(try context.request("FROM scratch\nCOPY file /\n"), onLine: { _ in })
    }

    @Test(arguments: [BuilderChoice.buildah, .podman])
    func `a state folder with a long path is no hindrance`(name: BuilderChoice) async throws {
        let context = try BuilderContext(builderFolder: String(repeating: "long", count: 20))
        let builder = try await name.find(context.settings).builder
        _ = try await builder.build(try context.request("FROM scratch\nCOPY file /\n"), onLine: { _ in })
    }

    @Test func `a stage is built where one is named`() async throws {
        let context = try BuilderContext()
        let builder = try await BuilderChoice.buildah.find(context.settings).builder
        let image = try LayoutImage(
            try await builder.build(try context.request(Self.dockerfile, target: "first"), onLine: { _ in })
        )
        #expect(image.configuration["config"]?["Healthcheck"] == nil)
    }

    @Test func `a failed build keeps its last 200 lines, escaped`() async throws {
        let context = try BuilderContext()
        let builder = try await BuilderChoice.buildah.find(context.settings).builder
        // The second of sleep: on a busy machine buildah 1.28 loses what a command prints just before it ends.
        let dockerfile = """
            FROM scratch
            COPY busybox /busybox
            RUN ["/busybox", "sh", "-c", "for i in $(/busybox seq 500); do echo line $i; done; printf '\\\\033[31mred\\\\n'; /busybox sleep 1; exit 7"]
            """
        let request = try context.request(dockerfile)
        let fault = await #expect(throws: BuildFault.self) { try await builder.build(request, onLine: { _ in }) }
        #expect(fault?.lines.count == 200)
        #expect(fault?.lines.contains("line 500") == true)
        #expect(fault?.lines.contains("\\u{1b}[31mred") == true)
        if case .exited? = fault?.termination {} else { Issue.record("\(String(describing: fault?.termination))") }
    }

    @Test(arguments: [BuilderChoice.buildah, .podman])
    func `a build out of time ends with all that it started`(name: BuilderChoice) async throws {
        Children.becomeSubreaper()
        let context = try BuilderContext()
        let builder = try await name.find(context.settings).builder
        let nap = "3\(Int.random(in: 10_000...99_999))"
        let dockerfile = """
            FROM scratch
            COPY busybox /busybox
            RUN ["/busybox", "sh", "-c", "/busybox setsid /busybox sleep \(nap) & /busybox env -i /busybox setsid /busybox sleep \(nap) & echo three naps; /busybox sleep \(nap)"]
            """
        let request = try context.request(dockerfile, timeout: .seconds(12))
        let fault = await #expect(throws: BuildFault.self) { try await builder.build(request, onLine: { _ in }) }
        #expect(fault?.termination == .timedOut(after: .seconds(12)))
        #expect(fault?.lines.contains("three naps") == true)
        try await eventually("nothing naps any more") { !napping(nap) }
        let mounts = String(decoding: try readFile("/proc/mounts", atMost: 16 << 20), as: UTF8.self)
        #expect(!mounts.contains(context.top.path), "no container of the killed build stays mounted")
    }

    @Test func `a docker engine builds, keeps its cache, and tells the digest of the push`() async throws {
        let engine = try await DockerEngine()
        let context = try BuilderContext(engine.environment)
        do {
            let port = try Loopback.freePort()
            let registry = try await EmbeddedRegistry.start(
                port: port,
                data: context.top.path + "/registry",
                configuration: context.top.path + "/registry.yml"
            )
            let found = try await BuilderChoice.automatic.find(context.settings)
            let builder = try #require(found.builder as? DockerBuilder)
            #expect(found.passedOver == [] && builder.description.hasPrefix("docker "))
            let reference = "127.0.0.1:\(port)/test-js:latest"
            let request = try context.request(Self.dockerfile, reference: reference, args: ["COLOUR": "red"])
            let built = try await builder.build(request, onLine: { _ in })
            guard case .engine(let image) = built else { throw BuilderFault("no engine image") }
            #expect(image.layers.count == 2)
            #expect(image.configuration["Labels"]?["colour"]?.string == "red")
            let digest = try await builder.push(image, as: reference, limit: .seconds(60))
            #expect(try await builder.push(image, as: "127.0.0.1:\(port)/test-js:other", limit: .seconds(60)) == digest)
            let again = try context.request(
                Self.dockerfile,
                name: "again",
                reference: reference,
                args: ["COLOUR": "red"]
            )
            guard case .engine(let same) = try await builder.build(again, onLine: { _ in }) else { return }
            #expect(same.id == image.id, "the second build comes from the cache")
            let names = try await shell("docker image ls --format '{{.Tag}}' | sort | tr '\\n' ' '", engine.environment)
            #expect(names == "latest ")
            await registry.stop()
            let fault = await #expect(throws: BuildFault.self) {
                try await builder.push(image, as: "127.0.0.1:\(port)/gone:x", limit: .seconds(60))
            }
            #expect(fault?.command.contains("push 127.0.0.1") == true)
        } catch {
            Issue.record(error)
        }
        await engine.stop()
    }

    @Test func `auto tells why each builder was passed over`() async throws {
        let context = try BuilderContext(["DOCKER_HOST": "unix:///nowhere/s"])
        let found = try await BuilderChoice.automatic.find(context.settings)
        #expect(found.builder.description.hasPrefix("podman "))
        #expect(found.passedOver.count == 1 && found.passedOver[0].hasPrefix("docker: "))
    }
}

private func napping(_ seconds: String) -> Bool {
    ProcessStat.all().contains { process in
        let line = (try? readFile("/proc/\(process.pid)/cmdline", atMost: 1 << 20)) ?? []
        return line.split(separator: 0).last == ArraySlice(seconds.utf8)
    }
}
