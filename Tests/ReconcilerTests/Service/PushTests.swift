import Testing

@testable import Reconciler

extension ServiceSuite {
    struct PushTests {
        @Test func `a push to a source is in the registry within one interval`() async throws {
            let site = try await ServiceSite()
            let api = try await site.source("api", ["Dockerfile": scratchImage, "a": "1"])
            try await site.desire(build: #"{ "api": { "URL": "HOST/api.git" } }"#)
            let service = try site.start(["--interval": "2s"])
            try await service.says("build api ")
            let before = try await site.scenario.keptDigest("api:latest")
            try await site.push(api, ["a": "2"])
            let begin = ContinuousClock.now
            try await service.reaches("the push is in the registry") {
                try await site.scenario.keptDigest("api:latest") != before
            }
            #expect(
                ContinuousClock.now - begin < .seconds(50),
                "two seconds and a build, not the minute of the default"
            )
            let stop = try await service.stop()
            #expect(stop.status == 0)
            #expect(service.events.last == "stopped")
            #expect(!service.events.contains { $0.contains("failed") || $0.contains("cancelled") })
        }

        @Test func `a nudge brings one repository in at once, whatever address the host gives it`() async throws {
            let site = try await ServiceSite()
            let api = try await site.source("api", ["Dockerfile": scratchImage, "a": "1"])
            _ = try await site.source("other", ["Dockerfile": scratchImage])
            try await site.desire(
                build: #"{ "api": { "URL": "HOST/api.git" }, "other": { "URL": "HOST/other.git" } }"#
            )
            let service = try site.start()
            try await service.says("build api ")
            try await service.says("build other ")
            let before = try await site.scenario.keptDigest("api:latest")
            try await site.push(api, ["a": "2"])
            let begin = ContinuousClock.now
            // No ".git", another case: the same repository to every git host.
            let event = site.pushEvent("api").replacing(".git\"", with: "\"").replacing("http:", with: "HTTP:")
            #expect(try site.nudge(event) == 202)
            #expect(ContinuousClock.now - begin < .seconds(10))
            try await service.says("buildah [build", times: 3)
            #expect(ContinuousClock.now - begin < .seconds(30), "from the nudge to the start of the build")
            try await service.reaches("the push is in the registry") {
                try await site.scenario.keptDigest("api:latest") != before
            }
            #expect(service.events.count { $0.hasPrefix("buildah [build") } == 3)
        }

        @Test func `a push to the config repo adds, changes, pauses and removes images, without a restart`()
            async throws
        {
            let site = try await ServiceSite()
            let scenario = site.scenario
            let api = try await site.source("api", ["Dockerfile": scratchImage, "a": "1"])
            try await scenario.publish("tool:1", "one")
            let service = try site.start(["--interval": "1s", "--mirror-interval": "1s"])
            try await service.says("reconcile ")

            try await site.desire(
                build: #"{ "api": { "URL": "HOST/api.git" } }"#,
                mirror: #"[{ "image": "UPSTREAM/tool:1", "as": "tool" }]"#
            )
            try await service.says("build api ")
            try await service.says("mirror tool:1 ")
            try await site.desire(build: #"{ "api": { "URL": "HOST/api.git", "tags": ["latest", "v2"] } }"#)
            try await service.says("put back api v2 ")
            #expect(try await scenario.keptDigest("api:v2") != nil)

            try await site.desire(
                build: #"{ "api": { "URL": "HOST/api.git", "paused": true } }"#,
                mirror: "[]"
            )
            try await service.says("config desired/: 1 image to build, 0 tags to mirror")
            try await site.push(api, ["a": "2"])
            let moved = try await scenario.publish("tool:1", "two")
            try await site.desire(
                build: #"{ "other": { "URL": "HOST/api.git" }, "api": { "URL": "HOST/api.git", "paused": true } }"#
            )
            try await service.says("build other ")
            #expect(service.events.count { $0.hasPrefix("buildah [build") && $0.contains("/api:") } == 1)
            let tool = try await scenario.keptDigest("tool:1")
            #expect(tool != nil && tool != moved.digest, "what is removed stays as it was")
        }

        @Test func `an invalid push changes nothing and is named once, and the next push mends it`() async throws {
            let site = try await ServiceSite()
            let api = try await site.source("api", ["Dockerfile": scratchImage, "a": "1"])
            try await site.desire(build: #"{ "api": { "URL": "HOST/api.git" } }"#)
            var service: RunningService? = try site.start(["--interval": "1s"])
            try await service?.says("build api ")
            try await site.desire(build: #"{ "api": { "URL": "HOST/api.git", "pth": "a" }, "b": {} }"#)
            try await service?.says("config desired/build.json:1: api: unknown key")
            try await site.push(api, ["a": "2"])
            try await service?.says("build api ", times: 2)
            let faults = service?.events.count { $0.contains("unknown key \"pth\"") }
            #expect(faults == 1, "passes went by, and the fault was named once")

            // Also one that is killed and comes back goes on with the last valid configuration.
            service = nil
            service = try site.start(["--interval": "1s"])
            try await service?.says("reconcile ", times: 2)
            try await site.push(api, ["a": "3"])
            try await service?.says("build api ", times: 3)
            try await site.desire(build: #"{ "b": { "URL": "HOST/api.git" } }"#)
            try await service?.says("config desired/ is valid again")
            try await service?.says("build b ")
        }

        @Test func `edits on the server and diverged branches are kept and said once`() async throws {
            let site = try await ServiceSite()
            _ = try await site.source("api", ["Dockerfile": scratchImage])
            try await site.desire(build: #"{ "api": { "URL": "HOST/api.git" } }"#)
            let service = try site.start(["--interval": "1s"])
            try await service.says("build api ")
            let edit = #"{ "local": { "URL": "\#(site.url("api"))" } }"#
            try writeFile(site.checkout + "/desired/build.json", Array(edit.utf8))
            try await service.says("build local ")
            try await site.desire(build: #"{ "pushed": { "URL": "HOST/api.git" } }"#)
            try await service.reaches("the conflict is said") {
                service.events.contains { $0.hasPrefix("config ") && $0.contains("build.json") }
            }
            let said = service.events.filter { $0.hasPrefix("config ") }.count
            try await site.desire(mirror: #"["UPSTREAM/nothing:1"]"#)
            #expect(try readFile(site.checkout + "/desired/build.json", atMost: 1 << 16) == Array(edit.utf8))
            #expect(service.events.filter { $0.hasPrefix("config ") }.count <= said + 1)
            #expect(!service.events.contains { $0.hasPrefix("build pushed ") })
        }
    }
}
