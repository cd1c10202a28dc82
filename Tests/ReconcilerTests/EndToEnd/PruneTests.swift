import Testing

@testable import Reconciler

extension CommandsEndToEnd {
    struct PruneTests {
        private static let mirror = """
            [ { "image": "UPSTREAM/one:1", "as": "one" }, { "image": "UPSTREAM/two", "tags": ["1", "2"], "as": "two" },
              { "image": "UPSTREAM/three:1", "as": "three" } ]
            """
        private static let tags = ["one:1", "three:1", "two:1", "two:2"]

        /// Four mirrored tags, two of which stand on one digest, in the kept registry.
        private func filled() async throws -> Scenario {
            let scenario = try await Scenario()
            for tag in Self.tags { try await scenario.publish(tag, tag.hasPrefix("two") ? "same" : tag) }
            try await scenario.desire(mirror: Self.mirror)
            let pass = try await scenario.pass()
            #expect(pass.status == 0, "\(pass.errors)")
            return scenario
        }

        private func desireWithoutTwo(_ scenario: Scenario, paused: Bool = false) async throws {
            let rest = Self.mirror.replacing(#""tags": ["1", "2"]"#, with: #""tags": ["2"], "paused": \#(paused)"#)
            try await scenario.desire(mirror: rest)
        }

        @Test func `what is left over is listed and nothing changes, beside a running service too`() async throws {
            let scenario = try await filled()
            #expect(try await scenario.reconcile(["prune"]).lines == ["nothing to prune among 4 known tags"])
            try await desireWithoutTwo(scenario, paused: true)
            let lock = try StateLock(folder: scenario.state)
            let asked = try scenario.kept.requests.count
            let list = try await scenario.reconcile(["prune"])
            #expect(list.status == 0)
            let digest = try #require(try await scenario.keptDigest("two:1")).short
            #expect(
                list.lines == [
                    "two:1 \(digest) undesired since just now",
                    "1 of 4 known tags to prune, 0 B that no other tag needs; --delete deletes them",
                ]
            )
            #expect(try scenario.kept.requests.dropFirst(asked).allSatisfy { !$0.hasPrefix("PUT") })
            let delete = try await scenario.reconcile(["prune", "--delete"])
            #expect(delete.status == 75)
            #expect(try await scenario.keptDigest("two:1") != nil)
            withExtendedLifetime(lock) {}
        }

        @Test func `a tag is deleted, and others on its digest stay`() async throws {
            let scenario = try await filled()
            let before = try await scenario.digests(Self.tags)
            #expect(before[2] == before[3])
            let manifest = try await scenario.client.manifest(scenario.kept.image("two:1"))
            try await scenario.client.put(manifest, as: scenario.kept.image("two:of-somebody"))
            try await desireWithoutTwo(scenario)
            let prune = try await scenario.reconcile(["prune", "--delete"])
            #expect(prune.status == 0, "\(prune.errors)")
            #expect(prune.lines.contains("deleted 1 tag"))
            #expect(
                prune.lines.contains { $0.hasPrefix("0 B that no other tag needs will be free once the registry, ") }
            )
            #expect(prune.lines.contains { $0.contains("--delete-untagged /etc/distribution/config.yml") })
            #expect(try await scenario.digests(Self.tags) == [before[0], before[1], nil, before[3]])
            #expect(try await scenario.keptDigest("two:of-somebody") == manifest.digest)
            let listed = try await scenario.client.tags(of: scenario.kept.repository("two"))
            #expect(listed.map(\.description).sorted() == ["2", "of-somebody"])
            #expect(try await scenario.reconcile(["prune"]).lines == ["nothing to prune among 3 known tags"])
            #expect(try await scenario.pass().events == ["pass: 3 in line"])
        }

        @Test func `what will be free is what no other tag needs`() async throws {
            let scenario = try await filled()
            let manifest = try await scenario.client.manifest(scenario.kept.image("one:1"))
            guard case .image(let config, let layers) = try ManifestContent(manifest) else { return }
            let size = Int64(manifest.bytes.count) + layers.reduce(config.size) { $0 + $1.size }
            try await scenario.desire(
                mirror: Self.mirror.replacing(#"{ "image": "UPSTREAM/one:1", "as": "one" }, "#, with: "")
            )
            let gain = "\(ByteCount(bytes: size)) that no other tag needs"
            let list = try await scenario.reconcile(["prune", "--older-than", "0s"])
            #expect(list.lines.last == "1 of 4 known tags to prune, \(gain); --delete deletes them")
            let prune = try await scenario.reconcile(["prune", "--delete", "--older-than", "0s"])
            #expect(prune.status == 0, "\(prune.errors)")
            #expect(prune.lines.contains { $0.hasPrefix(gain + " will be free once the registry") }, "\(prune.lines)")
        }

        @Test func `more than half is deleted only when all is asked for`() async throws {
            let scenario = try await filled()
            let before = try await scenario.digests(Self.tags)
            try await scenario.desire()
            let list = try await scenario.reconcile(["prune"])
            let end = " that no other tag needs; these are more than half, so only --delete=all deletes them"
            #expect(list.lines.last?.hasPrefix("4 of 4 known tags to prune, ") == true)
            #expect(list.lines.last?.hasSuffix(end) == true, "\(list.lines)")
            let refused = try await scenario.reconcile(["prune", "--delete"])
            #expect(refused.status == 1)
            #expect(
                refused.errors == "reconcile: 4 of 4 known tags are more than half, so none is deleted; "
                    + "if desired/ is as it should be: reconcile prune --delete=all\n"
            )
            #expect(try await scenario.digests(Self.tags) == before)
            let all = try await scenario.reconcile(["prune", "--delete=all"])
            #expect(all.status == 0, "\(all.errors)")
            #expect(try await scenario.digests(Self.tags) == [nil, nil, nil, nil])
            #expect(try await scenario.reconcile(["prune"]).lines == ["nothing to prune among 0 known tags"])
        }

        @Test func `what somebody else has pushed over a tag is left alone, and a half-done prune is finished`()
            async throws
        {
            let scenario = try await filled()
            try await scenario.desire(mirror: #"[{ "image": "UPSTREAM/two", "tags": ["1", "2"], "as": "two" }]"#)
            let foreign = try await scenario.client.putImage(scenario.kept.image("one:1"), layers: ["foreign"])
            let three = try scenario.kept.image("three:1")
            try await scenario.client.upload(
                EmptyManifest.content,
                as: .of(EmptyManifest.content),
                into: ImageRepository(of: three)
            )
            try await scenario.client.put(EmptyManifest.make(), as: three)
            let prune = try await scenario.reconcile(["prune", "--delete"])
            #expect(prune.status == 0, "\(prune.errors)")
            let told = prune.lines.first { $0.hasPrefix("one:1 is \(foreign.digest.short) now, not ") }
            #expect(told?.hasSuffix(" as it was pushed: left alone") == true, "\(prune.lines)")
            #expect(try await scenario.keptDigest("one:1") == foreign.digest)
            #expect(try await scenario.keptDigest("three:1") == nil)
            #expect(try await scenario.reconcile(["prune"]).lines == ["nothing to prune among 2 known tags"])
        }

        @Test func `an invalid desired touches nothing`() async throws {
            let scenario = try await filled()
            try await scenario.desire(mirror: "[5]")
            let asked = try scenario.kept.requests.count
            for words in [["prune"], ["prune", "--delete=all"]] {
                let prune = try await scenario.reconcile(words)
                #expect(prune.status == 2)
                #expect(prune.errors.hasPrefix("desired/mirror.json:1:"))
            }
            #expect(try scenario.kept.requests.dropFirst(asked).allSatisfy { $0.hasPrefix("GET /v2/") })
        }

        @Test func `nothing is deleted while the config repo's upstream cannot be seen`() async throws {
            let scenario = try await filled()
            try await desireWithoutTwo(scenario)
            try await scenario.config.run(
                """
                git remote add origin \(scenario.top.path)/sources/gone
                git config branch.main.remote origin; git config branch.main.merge refs/heads/main
                """
            )
            let prune = try await scenario.reconcile(["prune", "--delete"])
            #expect(prune.status == 1)
            #expect(prune.errors.hasSuffix("nothing is deleted while nobody can see what is desired upstream\n"))
            #expect(try await scenario.keptDigest("two:1") != nil)
            #expect(try await scenario.reconcile(["prune"]).lines.last?.hasPrefix("1 of 4 known tags") == true)
        }

        @Test func `what is no longer among a rule's newest is pruned by the upstream's own list`() async throws {
            let scenario = try await Scenario()
            for tag in ["1.1", "1.2"] { try await scenario.publish("base:\(tag)", tag) }
            let rule = #"[{ "image": "UPSTREAM/base", "tags": ["1.*"], "newest": 2, "as": "base" }]"#
            try await scenario.desire(mirror: rule)
            #expect(try await scenario.pass().status == 0)
            try await scenario.publish("base:1.3", "1.3")
            #expect(try await scenario.pass().status == 0)
            let nowhere = "127.0.0.1:\(try Loopback.freePort())"
            try await scenario.desire(mirror: rule.replacing("UPSTREAM", with: nowhere))
            let unseen = try await scenario.reconcile(["prune", "--delete"])
            #expect(unseen.status == 1)
            #expect(unseen.errors.contains("; nothing that the entry may stand for is pruned\n"))
            #expect(unseen.lines == ["nothing to prune among 3 known tags"])
            try await scenario.desire(mirror: rule)
            let prune = try await scenario.reconcile(["prune", "--delete"])
            #expect(prune.status == 0, "\(prune.errors)")
            #expect(prune.lines.first?.hasPrefix("base:1.1 ") == true)
            let kept = try await scenario.digests(["base:1.1", "base:1.2", "base:1.3"]).map { $0 != nil }
            #expect(kept == [false, true, true])
        }

        @Test func `a grace period counts from the pass that first missed the entry`() async throws {
            let scenario = try await filled()
            try await desireWithoutTwo(scenario)
            #expect(try await scenario.pass().status == 0)
            let noted = try StateFile.peek(in: scenario.state)
            let tag = Destination(repository: try RepositoryName("two"), tag: try Tag("1"))
            guard case .former(_, let left) = noted.values[.former(tag)] else {
                Issue.record("the pass has noted nothing")
                return
            }
            let early = try await scenario.reconcile(["prune", "--delete", "--older-than", "1h"])
            #expect(early.lines == ["nothing to prune among 4 known tags"])
            #expect(try await scenario.keptDigest("two:1") != nil)
            let file = try StateFile(in: scenario.state, now: .current())
            let past = left + .seconds(-7_200)
            try await file.save([StateChange(key: .former(tag), value: noted.values[.former(tag)]?.left(at: past))])
            let late = try await scenario.reconcile(["prune", "--delete", "--older-than", "1h"])
            #expect(late.status == 0, "\(late.errors)")
            #expect(late.lines.first?.hasSuffix("undesired for 2h") == true)
            #expect(try await scenario.keptDigest("two:1") == nil)
        }

        @Test func `a registry that deletes nothing keeps its tags, and the cure is named`() async throws {
            let scenario = try await Scenario()
            let folder = try TemporaryFolder()
            let port = try Loopback.freePort()
            let host = RegistryHost.loopback(port: port)
            let text = registryConfiguration(port: port, data: folder.path + "/data")
            try folder.write(text.replacing("\"enabled\": true", with: "\"enabled\": false"), to: "config.yml")
            let words = ["docker-registry", "serve", folder.path + "/config.yml"]
            let process = try await ServerProcess(words, in: folder, answersOn: port)
            for tag in Self.tags { try await scenario.publish(tag, tag) }
            try await scenario.desire(mirror: Self.mirror)
            let options = ["--registry": "\(host)"]
            #expect(try await scenario.pass(options).status == 0)
            try await desireWithoutTwo(scenario)
            let image = try ImageReference("\(host)/two:1")
            let before = try await scenario.client.descriptor(of: image)
            let prune = try await scenario.reconcile(["prune", "--delete"], options)
            #expect(prune.status == 1)
            #expect(prune.errors.hasPrefix("reconcile: DELETE http://\(host)/v2/two/manifests/sha256:"))
            let cure = "and registry:3 REGISTRY_STORAGE_DELETE_ENABLED=true in their environment\n"
            #expect(prune.errors.hasSuffix(cure), "\(prune.errors)")
            #expect(try await scenario.client.descriptor(of: image) == before)
            withExtendedLifetime(process) {}
        }
    }
}

extension StateValue {
    fileprivate func left(at moment: Moment) -> StateValue {
        guard case .former(let digest, _) = self else { return self }
        return .former(digest, left: moment)
    }
}
