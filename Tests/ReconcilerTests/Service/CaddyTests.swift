import Testing

@testable import Reconciler

struct CaddyTests {
    @Test func `images are pushed and pulled over HTTPS with the password, and not without`() async throws {
        let registry = try await DockerRegistry()
        let door = try await FrontDoor(registry: registry.host, nudges: 1, pages: "/nowhere", password: "right")
        // Large enough to come in many pieces, and of bytes that do not compress.
        let large = "head -c 40000000 /dev/urandom >blob"
        let folder = door.folder.path + "/image"
        try createFolder(folder)
        let context = "FROM scratch\nCOPY blob /\n"
        try writeFile(folder + "/Dockerfile", Array(context.utf8))
        let image = "docker://localhost:\(door.port)/large:1"
        try await shell(
            """
            \(large)
            buildah --root store --runroot run --storage-driver vfs build -q --isolation chroot -t large . >/dev/null
            buildah --root store --runroot run --storage-driver vfs push -q large oci:layout:1
            skopeo login --cert-dir \(door.certificates) --authfile auth -u me -p right localhost:\(door.port)
            skopeo copy -q --dest-cert-dir \(door.certificates) --authfile auth oci:layout:1 \(image)
            skopeo copy -q --src-cert-dir \(door.certificates) --authfile auth \(image) oci:pulled:1
            cmp $(ls -S layout/blobs/sha256/* | head -1) $(ls -S pulled/blobs/sha256/* | head -1)
            ! skopeo login --cert-dir \(door.certificates) --authfile none -u me -p wrong localhost:\(door.port) 2>wrong
            ! skopeo copy -q --src-cert-dir \(door.certificates) \(image) oci:other:1 2>without
            """,
            in: folder,
            ["HOME": door.folder.path]
        )
        #expect(try await shell("cat wrong without", in: folder).contains("authentication required"))
        let head = try await shell(
            "curl -sS -i --cacert \(door.certificates)/ca.crt https://localhost:\(door.port)/v2/"
        )
        #expect(head.hasPrefix("HTTP/2 401"))
        #expect(head.lowercased().contains("strict-transport-security: max-age="))
    }

    @Test func `a nudge needs no password, the pages do, and a browser is told to be strict`() async throws {
        let site = try await ServiceSite()
        let service = try site.start()
        try await service.says("nudges are taken on ")
        let pages = try TemporaryFolder()
        let text = String(repeating: "a line of the log\n", count: 1_000)
        for name in ["log.txt", "index.html", "metrics", "logs/api.txt"] { try pages.write(text, to: name) }
        let door = try await FrontDoor(
            registry: site.scenario.kept.host,
            nudges: site.port,
            pages: pages.path,
            password: "right"
        )
        let nudge = try await door.curl("/", "-d '{}'")
        #expect(nudge.hasPrefix("HTTP/2 202") && nudge.hasSuffix(#"{"nudged":true}"#), "\(nudge)")
        for path in ["/log.txt", "/", "/metrics", "/logs/api.txt", "/healthz"] {
            #expect(try await door.curl(path).hasPrefix("HTTP/2 401"))
            #expect(try await door.curl(path, "-u me:wrong").hasPrefix("HTTP/2 401"))
        }
        for (path, type) in [("/log.txt", "text/plain"), ("/", "text/html"), ("/metrics", "text/plain")] {
            let answer = try await door.curl(path, "-u me:right --compressed")
            let head = answer.prefix { $0 != "<" }.lowercased()
            #expect(answer.hasPrefix("HTTP/2 200") && answer.hasSuffix(text))
            #expect(head.contains("content-type: \(type)"), "\(head.prefix(800))")
            #expect(head.contains("content-encoding: "))
            #expect(head.contains("x-content-type-options: nosniff"))
            #expect(head.contains("content-security-policy: default-src 'none'; script-src 'unsafe-inline'"))
        }
        #expect(try await door.curl("/../../etc/passwd", "-u me:right --path-as-is").hasPrefix("HTTP/2 4"))
        #expect(try await door.curl("/logs/", "-u me:right").hasPrefix("HTTP/2 404"), "folders are not listed")
    }

    @Test(arguments: [
        "unset REGISTRY_PASSWORD_HASH", "export REGISTRY_PASSWORD_HASH=", "export REGISTRY_PASSWORD_HASH=' '",
    ])
    func `without a password hash Caddy does not start`(setting: String) async throws {
        let answer = try await shell(
            "\(setting); caddy adapt --config \(try projectFile("Caddyfile")) --adapter caddyfile 2>&1 || echo status $?"
        )
        #expect(answer.contains("username and password cannot be empty or missing"), "\(answer)")
        #expect(answer.hasSuffix("status 1\n"))
    }
}
