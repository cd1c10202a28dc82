import Testing

@testable import Reconciler

/// Against a script in place of docker: buildx is not in every distribution.
struct BuildxTests {
    @Test func `buildx gets its builder, its bases from here, and no values of arguments`() async throws {
        let context = try BuilderContext()
        let bin = context.top.path + "/bin"
        let script = """
            #!/bin/sh
            printf '%s\\n' "$@" >>"$0.arguments"
            test "$2" = inspect && exit
            echo building; echo "$COLOUR" >"$0.colour"
            while test $# -gt 0; do case $1 in type=oci*) dest=${1##*dest=};; esac; shift; done
            cp -r "\(context.top.path)/made" "$dest"
            """
        try createFolder(bin)
        try writeFile(bin + "/docker", Array(script.utf8), mode: 0o755)
        let made = try BuildKitLayout(context.top.path + "/made")
        let environment = inheritedEnvironment()
        let builder = try await BuildxBuilder("big", client: bin + "/docker", environment: environment, groups: nil)
        #expect(builder.description == "buildx:big" && builder.isElsewhere)
        var request = try context.request("FROM scratch", args: ["COLOUR": "canary-4711"])
        request.bases = [
            BuildBase(name: "alpine:latest", location: "example.org/alpine:latest"),
            BuildBase(name: "debian:12", location: "docker.io/library/debian:12"),
        ]
        request.platforms = [try Platform("linux/amd64"), try Platform("linux/arm64")]
        request.secrets = ["npm": "/somewhere/npm"]
        let image = try await builder.build(request, onLine: { _ in })
        guard case .layout(let folder, let digest) = image else { return #expect(Bool(false)) }
        let text = String(decoding: try readFile(bin + "/docker.arguments", atMost: 1 << 20), as: UTF8.self)
        let arguments = text.split(separator: "\n").map(String.init)
        #expect(arguments.prefix(3) == ["buildx", "inspect", "big"])
        func value(of option: String) -> String? {
            arguments.lastIndex(of: option).map { arguments[$0 + 1] }
        }
        #expect(value(of: "--builder") == "big" && arguments.contains("--pull"))
        #expect(value(of: "--build-context") == "alpine=docker-image://example.org/alpine:latest")
        #expect(!text.contains("debian") && !text.contains("canary-4711"))
        #expect(value(of: "--platform") == "linux/amd64,linux/arm64")
        #expect(value(of: "--secret") == "id=npm,src=/somewhere/npm")
        #expect(value(of: "--output") == "type=oci,tar=false,dest=\(folder)")
        #expect(value(of: "--build-arg") == "COLOUR")
        #expect(try readFile(bin + "/docker.colour", atMost: 100) == Array("canary-4711\n".utf8))
        #expect(digest == made.image, "what BuildKit tells of the build is left out")
        #expect(try ImageLayout(folder).essence(of: digest)[""]?.layers == ["sha256:x"])
    }

    @Test func `a builder that buildx does not know is refused with how to find those it does`() async throws {
        let context = try BuilderContext()
        let fault = await #expect(throws: BuilderFault.self) {
            try await BuilderChoice("buildx:big").find(context.settings)
        }
        #expect(fault?.description.hasPrefix("buildx:big: ") == true)
        #expect(fault?.description.hasSuffix("docker buildx ls lists the builders") == true)
    }
}

/// What BuildKit writes for one image with attestations.
private struct BuildKitLayout {
    let image: Digest

    init(_ folder: String) throws {
        try createFolder(folder + "/blobs/sha256")
        func put(_ text: String) throws -> (digest: Digest, size: Int) {
            let bytes = Array(text.utf8)
            try writeFile("\(folder)/blobs/sha256/\(Digest.of(bytes).hex)", bytes)
            return (.of(bytes), bytes.count)
        }
        let config = try put(#"{"rootfs":{"diff_ids":["sha256:x"]},"config":{}}"#)
        func manifest(_ more: String) throws -> (digest: Digest, size: Int) {
            try put(
                """
                {"schemaVersion":2,"mediaType":"\(MediaType.ociManifest)","config":{"mediaType":"c","size":\(config.size),\
                "digest":"\(config.digest)"},"layers":[]\(more)}
                """
            )
        }
        let (one, told) = (try manifest(""), try manifest(#","annotations":{"a":"b"}"#))
        image = one.digest
        let index = try put(
            """
            {"schemaVersion":2,"mediaType":"\(MediaType.ociIndex)","manifests":[
            {"mediaType":"\(MediaType.ociManifest)","size":\(one.size),"digest":"\(one.digest)",
            "platform":{"os":"linux","architecture":"amd64"}},
            {"mediaType":"\(MediaType.ociManifest)","size":\(told.size),"digest":"\(told.digest)",
            "annotations":{"vnd.docker.reference.type":"attestation-manifest"},
            "platform":{"os":"unknown","architecture":"unknown"}}]}
            """
        )
        let top = """
            {"schemaVersion":2,"manifests":[{"mediaType":"\(MediaType.ociIndex)","size":\(index.size),
            "digest":"\(index.digest)"}]}
            """
        try writeFile(folder + "/index.json", Array(top.utf8))
    }
}
