import Glibc
import Testing

@testable import Reconciler

extension CommandsEndToEnd {
    /// The main job as most people have it done: by an account that may do nothing else.
    struct OrdinaryUserTests {
        private let user: OrdinaryUser
        private let scenario: Scenario

        init() async throws {
            user = try OrdinaryUser()
            scenario = try await Scenario()
        }

        /// Two images: one whose build needs more ids than the account's own, one that is copied.
        private func desire(in scenario: Scenario, for user: OrdinaryUser) async throws {
            let source = try await scenario.source("api")
            try await source.run("cp \"$(readlink -f /usr/bin/busybox)\" busybox")
            try await source.commit([
                "Dockerfile": """
                FROM scratch
                COPY busybox /
                RUN ["/busybox", "sh", "-c", "/busybox mkdir -p /data && /busybox touch /data/file && /busybox chown -R 33:33 /data"]

                """
            ])
            try await scenario.publish("tool:1", "tool")
            try await scenario.desire(
                build: #"{ "api": { "URL": "SOURCES/api" } }"#,
                mirror: #"[{ "image": "UPSTREAM/tool:1", "as": "tool" }]"#
            )
            try await user.own(scenario.top.path)
        }

        private func reconcile(
            _ words: [String],
            _ scenario: Scenario,
            as user: OrdinaryUser
        ) async throws -> Scenario.Run {
            let (program, libraries) = try await user.program()
            let command = try scenario.command(words)
            let words = [program] + command.arguments
            let finished = await Children.run(
                user.command(words, in: nil, ["LD_LIBRARY_PATH": libraries]),
                limit: .seconds(120)
            )
            guard case .exited(let status) = finished.termination else {
                throw Loopback.Failure(message: "reconcile: \(finished.termination): \(finished.errors.text)")
            }
            return Scenario.Run(status: status, output: finished.output.text, errors: finished.errors.text)
        }

        @Test func `an ordinary user builds, mirrors, finds no drift and lists what to prune`() async throws {
            try await desire(in: scenario, for: user)
            let first = try await reconcile(["--once"], scenario, as: user)
            #expect(first.status == 0, "\(first.errors)")
            #expect(first.events.last == "pass: 2 put right")
            #expect(first.events.contains { $0.hasPrefix("builder buildah ") })
            #expect(try await scenario.keptDigest("api:latest") != nil)
            #expect(
                try await scenario.keptDigest("tool:1")
                    == scenario.client.descriptor(of: scenario.upstream.image("tool:1")).digest
            )
            let second = try await reconcile(["--once"], scenario, as: user)
            #expect(second.status == 0, "\(second.errors)")
            #expect(second.events == ["pass: 2 in line"])

            try await user.run("echo '[]' >desired/mirror.json; git commit -qam less", in: scenario.config.path)
            let list = try await reconcile(["prune"], scenario, as: user)
            #expect(list.status == 0, "\(list.errors)")
            #expect(list.lines.first?.hasPrefix("tool:1 ") == true)
            #expect(list.lines.last?.hasPrefix("1 of 2 known tags to prune") == true)
            try await expectPrivacy()
            try await expectRemoval()
        }

        @Test func `without subordinate ids a build that needs them fails with the cure`() async throws {
            guard geteuid() == 0 else { return }
            let user = try OrdinaryUser(subordinates: false)
            try await desire(in: scenario, for: user)
            let pass = try await reconcile(["--once"], scenario, as: user)
            #expect(pass.status == 1)
            let cure = "usermod --add-subuids 100000-165535 --add-subgids 100000-165535 \(OrdinaryUser.name)"
            #expect(pass.events.contains { $0.contains("api") && $0.hasSuffix(cure) }, "\(pass.errors)")
        }

        /// Nothing is another's, and of what is not meant for a web server nothing can be read by others.
        private func expectPrivacy() async throws {
            let pages = scenario.config.path + "/public"
            #expect(try await shell("find '\(scenario.state)' '\(pages)' -uid 0 | head") == "")
            #expect(try await shell("find '\(pages)' ! -uid \(user.uid) | head") == "")
            for (path, type, rights) in [
                (scenario.state, "d", "700"), (scenario.state, "f", "600"), (scenario.state + "/desired", "f", "600"),
                (pages, "d", "755"), (pages, "f", "644"),
            ] {
                let depth = path == pages ? "" : type == "d" ? "-maxdepth 0" : "-maxdepth 1"
                #expect(try await shell("find '\(path)' \(depth) -type \(type) ! -perm \(rights) | head") == "")
                #expect(try await shell("find '\(path)' \(depth) -type \(type) | head -n 1") != "", "\(path)")
            }
        }

        /// Files of a build belong to its ids, which only the account's own tool can remove: the line of README.md.
        private func expectRemoval() async throws {
            let line = "buildah unshare rm -rf state"
            #expect(try Sources.text(Sources.top + "/README.md").contains(line))
            try await user.run(line, in: scenario.top.path)
            #expect(try fileKind(scenario.state) == nil)
        }
    }
}
