import Testing

@testable import Reconciler

extension EndToEnd {
    /// What entries of `build.json` may ask for.
    struct BuildKeyTests {
        @Test func `a build that gives what is there moves no tag but new ones and calls no webhook`() async throws {
            let scenario = try await Scenario()
            let source = try await scenario.source("one")
            try await source.commit(["Dockerfile": "FROM scratch\nCOPY file /\n", "file": "same", "other": "1"])
            try await scenario.desire(
                build: #"{ "one": { "URL": "SOURCES/one", "tags": ["latest", "{short}"] } }"#
            )
            #expect(try await scenario.pass().status == 0)
            let digest = try #require(try await scenario.keptDigest("one:latest"))
            let commit = try await source.commit(["other": "2"])
            let asked = try scenario.kept.requests.count
            let pass = try await scenario.pass()
            #expect(pass.status == 0, "\(pass.errors)")
            #expect(pass.events.contains { $0.contains(" is the image that was there ") })
            #expect(try await scenario.keptDigest("one:latest") == digest)
            #expect(try await scenario.keptDigest("one:\(commit.description.prefix(12))") == digest)
            let puts = try scenario.kept.requests.dropFirst(asked).filter { $0.hasPrefix("PUT ") }
            #expect(puts == ["PUT /v2/one/manifests/\(commit.description.prefix(12))"])
            #expect(try await scenario.pass().events == ["pass: 1 in line"])
            try await source.commit(["Dockerfile": "FROM scratch\nCOPY file /\nCMD [\"/file\"]\n"])
            #expect(try await scenario.pass().status == 0)
            #expect(try await scenario.keptDigest("one:latest") != digest)
        }

        @Test func `git tags are built once each, the newest first, then every new one and one that moves`()
            async throws
        {
            let scenario = try await Scenario()
            let source = try await scenario.source("one")
            for version in ["v1.9", "v1.10", "v1.10-rc1", "other"] {
                try await source.commit(["Dockerfile": "FROM scratch\nCOPY Dockerfile /\nLABEL v=\(version)\n"])
                try await source.run("git tag -a -m x \(version)")
            }
            try await scenario.desire(
                build: #"{ "one": { "URL": "SOURCES/one", "gitTags": "v*", "tags": ["{tag}", "stable"] } }"#
            )
            #expect(
                try await scenario.reconcile(["plan"]).lines == [
                    "build one:v1.10: never built", "1 to build, 0 in line",
                ]
            )
            let first = try await scenario.pass()
            #expect(first.events.last == "pass: 1 put right", "\(first.errors)")
            let old = try #require(try await scenario.keptDigest("one:v1.10"))
            #expect(try await scenario.keptDigest("one:stable") == old)
            #expect(try await scenario.keptDigest("one:v1.9") == nil)
            #expect(try await scenario.pass().events == ["pass: 1 in line"])
            for version in ["v1.9.1", "v2"] {
                try await source.commit(["Dockerfile": "FROM scratch\nCOPY Dockerfile /\nLABEL v=\(version)\n"])
                try await source.run("git tag \(version)")
            }
            #expect(try await scenario.pass().events.last == "pass: 1 in line, 2 put right")
            #expect(try await scenario.keptDigest("one:v1.10") == old)
            #expect(try await scenario.keptDigest("one:stable") == scenario.keptDigest("one:v2"))
            #expect(try await scenario.labels("one:v1.9.1")["v"] == "v1.9.1")
            try await source.commit(["Dockerfile": "FROM scratch\nCOPY Dockerfile /\nLABEL v=moved\n"])
            try await source.run("git tag -f v1.10")
            #expect(try await scenario.pass().events.last == "pass: 2 in line, 1 put right")
            #expect(try await scenario.labels("one:v1.10")["v"] == "moved")
            #expect(try await scenario.pass().events == ["pass: 3 in line"])
        }

        @Test func `a secret reaches its mount, and no argument, log, label or layer`() async throws {
            let scenario = try await Scenario()
            let source = try await scenario.source("one")
            // Of this run alone: the build sees the arguments of everything on the machine.
            let secret = "canary-\(scenario.top.path.split(separator: "/").last ?? "")"
            try createFolder(source.path)
            try writeFile(source.path + "/busybox", try readFile("/usr/bin/busybox", atMost: 8 << 20), mode: 0o755)
            let dockerfile = """
                FROM scratch
                COPY busybox /busybox
                RUN --mount=type=secret,id=npm ["/busybox", "sh", "-c", "\
                /busybox cat /proc/[0-9]*/cmdline | /busybox grep -aqFf /run/secrets/npm && echo argument >/seen; \
                /busybox sha256sum </run/secrets/npm >/sum; echo known: $(/busybox cat /run/secrets/npm)"]

                """
            try await source.commit(["Dockerfile": dockerfile + "RUN [\"/busybox\", \"nothing\"]\n"])
            try await scenario.desire(build: #"{ "one": { "URL": "SOURCES/one", "secrets": { "npm": "TOKEN" } } }"#)
            let missing = try await scenario.pass()
            #expect(
                missing.events.contains {
                    $0.contains("wants the secret TOKEN, which is not there; start with --secrets")
                }
            )
            try writeFile(scenario.top.path + "/secrets", Array("TOKEN=\(secret)\n".utf8))
            let failed = try await scenario.pass(["--secrets": scenario.top.path + "/secrets"])
            #expect(failed.status == 1)
            #expect(!failed.errors.contains(secret) && failed.errors.contains("known: ***"), "\(failed.errors)")
            try await source.commit(["Dockerfile": dockerfile])
            let pass = try await scenario.pass(["--secrets": scenario.top.path + "/secrets"])
            #expect(pass.status == 0, "\(pass.errors)")
            let found = try await shell(
                "grep -rlaF \(secret) \(scenario.state) \(scenario.config.path) || true; skopeo copy -q --src-tls-verify=false "
                    + "docker://\(scenario.kept.host)/one:latest dir:\(scenario.top.path)/copy; cd \(scenario.top.path)/copy; "
                    + "for f in *; do (gzip -dc <$f 2>/dev/null || cat $f) | grep -aF \(secret) || true; done"
            )
            #expect(found == "")
            let files = try await shell(
                "cd \(scenario.top.path)/copy; for f in *; do gzip -dc <$f 2>/dev/null | tar t 2>/dev/null || true; done | sort -u"
            )
            #expect(files.split(separator: "\n").contains("sum") && !files.contains("seen"), "\(files)")
        }

        @Test func `several platforms become one index`() async throws {
            let scenario = try await Scenario()
            let source = try await scenario.source("one")
            try await source.commit(["Dockerfile": "FROM scratch\nCOPY Dockerfile /\n"])
            try await scenario.desire(
                build: #"{ "one": { "URL": "SOURCES/one", "platforms": ["linux/amd64", "linux/arm64"] } }"#
            )
            #expect(try await scenario.pass().status == 0)
            let index = try await scenario.client.manifest(try scenario.kept.image("one:latest"))
            guard case .index(let children) = try ManifestContent(index) else { return #expect(Bool(false)) }
            #expect(children.map(\.platformText) == ["linux/amd64", "linux/arm64"])
            try await source.run("git commit -q --allow-empty -m x; echo >README; git add -A; git commit -q -m y")
            let again = try await scenario.pass()
            #expect(again.events.contains { $0.contains(" is the image that was there ") }, "\(again.errors)")
            #expect(try await scenario.keptDigest("one:latest") == index.digest)
        }

        @Test func `the copy of a source that nothing names any more is removed`() async throws {
            let scenario = try await Scenario()
            for name in ["one", "two"] {
                let source = try await scenario.source(name)
                try await source.commit(["Dockerfile": "FROM scratch\nCOPY Dockerfile /\n"])
            }
            try await scenario.desire(build: #"{ "one": { "URL": "SOURCES/one" }, "two": { "URL": "SOURCES/two" } }"#)
            #expect(try await scenario.pass().status == 0)
            #expect(try listFolder(scenario.state + "/git").count == 2)
            try await scenario.desire(build: #"{ "one": { "URL": "SOURCES/one" } }"#)
            let pass = try await scenario.pass()
            #expect(pass.status == 0)
            #expect(pass.events.contains { $0.hasPrefix("git removed two-") })
            #expect(try listFolder(scenario.state + "/git").map { String($0.prefix(4)) } == ["one-"])
        }
    }
}
