/// What a builder needs to know of one build.
struct BuildRequest: Sendable {
    /// The name the image gets in the builder's own storage, such as `localhost:5000/test-js:latest`.
    let reference: String
    let context: ExportedContext
    let labels: [String: String]
    let args: [String: String]
    /// What the Dockerfile's `FROM` lines name, each with where it is pulled from.
    var bases: [BuildBase] = []
    /// Empty means the builder's own.
    var platforms: [Platform] = []
    /// Files with the values of secrets, by their ids, and what to hide of them.
    var secrets: [String: String] = [:]
    var redaction = Redaction()
    /// The Dockerfile's stage; nil means the last one.
    let target: String?
    let timeout: Duration
    /// A folder of this build's own, there already, for what the builder writes besides the image's storage.
    let work: String

    /// The options that docker, podman and buildah understand alike.
    ///
    var options: [String] {
        var options = ["--tag", reference, "--file", context.dockerfile]
        for (id, file) in secrets.sorted(by: { $0.key < $1.key }) { options += ["--secret", "id=\(id),src=\(file)"] }
        for (name, value) in labels.sorted(by: { $0.key < $1.key }) { options += ["--label", "\(name)=\(value)"] }
        for (name, value) in args.sorted(by: { $0.key < $1.key }) {
            options += ["--build-arg", steersBuilder(name) ? "\(name)=\(value)" : name]
        }
        if let target { options += ["--target", target] }
        return options
    }

    /// `base` with the build arguments: given there, their values are in no argument list.
    func environment(_ base: [String: String]) -> [String: String] {
        base.merging(args.filter { !steersBuilder($0.key) }) { $1 }
    }

    /// Has the builder write the id of the image into a file.
    var idOption: [String] { ["--iidfile", work + "/image-id"] }

    /// Builds for just these platforms.
    var platformOption: [String] {
        platforms.isEmpty ? [] : ["--platform", platforms.map(\.description).joined(separator: ",")]
    }

    /// The same for one of several platforms, with a work folder of its own.
    func only(_ platform: Platform) throws -> BuildRequest {
        let name = platform.description.replacing("/", with: "-")
        let folder = "\(work)/\(name)"
        try createFolder(folder)
        return BuildRequest(
            reference: "\(reference)-\(name)",
            context: context,
            labels: labels,
            args: args,
            bases: bases,
            platforms: [platform],
            secrets: secrets,
            redaction: redaction,
            target: target,
            timeout: timeout,
            work: folder
        )
    }

    /// The id of the image that was built, as the builder wrote it.
    func imageID() throws -> Digest {
        let text = String(decoding: try readFile(work + "/image-id", atMost: 1_000), as: UTF8.self)
        let id = String(text.prefix { !$0.isWhitespace })
        return try Digest(id.hasPrefix("sha256:") ? id : "sha256:" + id)
    }
}

/// Whether an environment variable of this name would change what the builder itself does.
///
/// Whoever writes build.json chooses these names; the builder's own settings are not theirs.
private func steersBuilder(_ name: String) -> Bool {
    let names: Set<String> = [
        "PATH", "HOME", "USER", "SHELL", "LANG", "TMPDIR", "GODEBUG", "GOMAXPROCS", "GOGC", "GOTRACEBACK", "GOMEMLIMIT",
        "IFS", "ENV", "DBUS_SESSION_BUS_ADDRESS", "NOTIFY_SOCKET",
    ]
    let prefixes = [
        "LD_", "LC_", "DOCKER_", "BUILDKIT_", "BUILDX_", "BUILDAH_", "STORAGE_", "CONTAINERS_", "CONTAINER_",
        "REGISTRY_",
        "REGISTRIES_", "XDG_", "SSL_CERT_", "RECONCILE_", "PODMAN_", "_CONTAINERS_", "LISTEN_", "OTEL_", "HTTP_PROXY",
        "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "FTP_PROXY", "SSH_",
    ]
    let upper = name.uppercased()
    return names.contains(upper) || prefixes.contains { upper.hasPrefix($0) }
}
