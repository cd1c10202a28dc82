import Testing

@testable import Reconciler

struct ImageReferenceTests {
    @Test(arguments: [
        ("alpine", "docker.io/library/alpine", "alpine"),
        ("alpine:3.20", "docker.io/library/alpine:3.20", "alpine"),
        ("bitnami/redis", "docker.io/bitnami/redis", "bitnami/redis"),
        ("docker.io/alpine", "docker.io/library/alpine", "docker.io/alpine"),
        ("index.docker.io/library/alpine", "docker.io/library/alpine", "index.docker.io/library/alpine"),
        (
            "quay.io/prometheus/node-exporter:v1.8.2", "quay.io/prometheus/node-exporter:v1.8.2",
            "quay.io/prometheus/node-exporter"
        ),
        ("localhost:5000/a/b:c", "localhost:5000/a/b:c", "localhost_5000/a/b"),
        ("localhost/a", "localhost/a", "localhost/a"),
    ])
    func `a reference is read as docker pull reads it and lands under the name as written`(
        written: String,
        full: String,
        landing: String
    ) throws {
        #expect(try ImageReference(written).description == full)
        #expect(try ReferenceParts(written).landingRepository().description == landing)
    }

    @Test(arguments: [
        "", "Alpine", "alpine:", "alpine@sha256:12", "a//b", "-a", "a_-b", "a/", "/a", ":tag", "a:b:c", "a b",
        "host.tld:99999/a", "a..b", "a___b",
    ])
    func `what the registry grammar does not allow is refused`(written: String) {
        #expect(throws: Malformed.self) { try ImageReference(written) }
    }

    @Test(arguments: [
        ("localhost", true), ("localhost:5000", true), ("127.0.0.1:5000", true), ("127.9.9.9", true),
        ("[::1]:5000", true),
        ("registry.localhost", true), ("localhost.evil", false), ("127.0.0.1.evil.com", false), ("docker.io", false),
    ])
    func `only this machine itself is loopback`(host: String, isLoopback: Bool) throws {
        #expect(try RegistryHost(host).isLoopback == isLoopback)
    }
}
