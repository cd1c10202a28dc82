import Testing

@testable import Reconciler

struct BuilderWordsTests {
    @Test(arguments: [
        ("auto", BuilderChoice.automatic), ("docker", .docker), ("podman", .podman), ("buildah", .buildah),
        ("buildx:big-one", .buildx("big-one")),
    ])
    func `a builder is named as on the command line`(text: String, expected: BuilderChoice) throws {
        #expect(try BuilderChoice(text) == expected)
        #expect(expected.description == text)
    }

    @Test(arguments: ["", "dcoker", "buildx:", "buildx:-x", "buildx", "Docker"])
    func `an unknown builder is refused`(text: String) {
        #expect(throws: Malformed.self) { try BuilderChoice(text) }
    }

    @Test(arguments: ["PATH", "DOCKER_HOST", "LD_PRELOAD", "https_proxy", "RECONCILE_CHILD"])
    func `an argument named like a setting of the builder does not become one`(name: String) throws {
        let request = try BuilderContext().request("FROM scratch", args: [name: "value", "GO": "1.22"])
        #expect(request.environment([:]) == ["GO": "1.22"])
        #expect(request.options.contains("\(name)=value") && request.options.contains("GO"))
    }

    @Test func `the digest is taken from the last line of a push`() throws {
        let digest = "sha256:" + String(repeating: "a", count: 64)
        let lines = "The push refers to repository [x]\nabc: Pushed\nlatest: digest: \(digest) size: 527"
        #expect(pushedDigest(lines.split(separator: "\n"))?.description == digest)
        #expect(pushedDigest(["abc: Pushed"]) == nil)
    }

    @Test func `the registries file names Docker Hub, loopback hosts and mirrors`() throws {
        let mirror = BuilderRegistries.Mirror(
            upstream: "docker.io/library/debian",
            location: "localhost:5000/debian",
            isLoopback: true
        )
        let registries = BuilderRegistries(loopback: [try RegistryHost("localhost:5000")], mirrors: [mirror])
        #expect(
            registries.text == """
                unqualified-search-registries = ["docker.io"]
                short-name-mode = "permissive"

                [[registry]]
                location = "localhost:5000"
                insecure = true

                [[registry]]
                prefix = "docker.io/library/debian"
                location = "docker.io/library/debian"

                [[registry.mirror]]
                location = "localhost:5000/debian"
                insecure = true

                """
        )
    }
}
