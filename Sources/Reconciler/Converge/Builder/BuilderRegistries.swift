/// The registries configuration of buildah and podman (containers-registries.conf(5)).
struct BuilderRegistries: Sendable, Equatable {
    /// Where pulls of a repository are tried first.
    struct Mirror: Sendable, Equatable {
        /// The repository as `FROM` lines mean it: `docker.io/library/debian`.
        let upstream: String
        /// The same in a registry of ours: `localhost:5000/debian`.
        let location: String
        let isLoopback: Bool
    }

    /// Hosts that are spoken to in plain HTTP.
    let loopback: [RegistryHost]
    let mirrors: [Mirror]

    /// Names of Dockerfiles without a host mean Docker Hub; Debian's builders refuse them otherwise.
    var text: String {
        var text = "unqualified-search-registries = [\"docker.io\"]\nshort-name-mode = \"permissive\"\n"
        for host in loopback {
            text += "\n[[registry]]\nlocation = \(toml(host.description))\ninsecure = true\n"
        }
        for mirror in mirrors {
            text += "\n[[registry]]\nprefix = \(toml(mirror.upstream))\nlocation = \(toml(mirror.upstream))\n"
            if let host = try? RegistryHost(String(mirror.upstream.prefix { $0 != "/" })), host.isLoopback {
                text += "insecure = true\n"
            }
            text += "\n[[registry.mirror]]\nlocation = \(toml(mirror.location))\ninsecure = \(mirror.isLoopback)\n"
        }
        return text
    }
}

extension BuilderRegistries {
    /// A kept registry as builders on this machine see it: by all its names, and with what it mirrors.
    ///
    /// `hosts` are those of `FROM` lines.
    init(keeping registry: RegistryHost, publicName: RegistryHost, _ mirrored: [MirroredTag], hosts: Set<RegistryHost>)
    {
        let own = hosts.union([registry]).filter(\.isLoopback).sorted { $0.description < $1.description }
        var mirrors: [Mirror] = []
        func add(_ upstream: String, at location: String) {
            guard upstream != location, !mirrors.contains(where: { $0.upstream == upstream }) else { return }
            mirrors.append(Mirror(upstream: upstream, location: location, isLoopback: registry.isLoopback))
        }
        for tag in mirrored where !tag.entry.isPaused {
            let upstream = tag.upstream
            add("\(upstream.registry)/\(upstream.repository)", at: "\(registry)/\(tag.entry.landing)")
        }
        add("\(publicName)", at: "\(registry)")
        self.init(loopback: own, mirrors: mirrors)
    }
}

private func toml(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
}
