/// Where a branch of the configuration repository comes from, as its own git configuration says.
struct ConfigurationUpstream: Sendable, Equatable {
    /// The remote's name, `origin`.
    let remote: String
    /// The branch on the other side, `refs/heads/main`.
    let ref: String
    /// Our note of where that branch was last, `refs/remotes/origin/main`; nil if the remote keeps none.
    let tracking: String?
    /// As configured, with whatever secrets it holds.
    let url: String
    /// What the repository is configured to run for ssh, often with a key of its own; nil if nothing.
    let sshCommand: String?

    /// For people: `origin/main`.
    var name: String { "\(visible(remote))/\(visible(branchName(ref)))" }
}

/// The remotes and branches that a git configuration names (git-config(1), `remote.*` and `branch.*`).
struct ConfiguredRemotes: Sendable {
    private var values: [String: [String]] = [:]

    /// Reads what `git config -z --get-regexp` prints: `KEY\nVALUE\0`.
    init(_ listing: [UInt8]) {
        for entry in listing.split(separator: 0) {
            let text = String(decoding: entry, as: UTF8.self)
            let parts = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
            values[String(parts[0]), default: []].append(parts.count == 2 ? String(parts[1]) : "")
        }
    }

    /// What the branch with this full name follows; nil if nothing, or another branch of this repository.
    func upstream(of branch: String) -> ConfigurationUpstream? {
        let section = "branch." + branchName(branch)
        guard let remote = values[section + ".remote"]?.last, remote != ".",
            let ref = values[section + ".merge"]?.first, ref.hasPrefix("refs/"), let url = url(of: remote)
        else { return nil }
        return ConfigurationUpstream(
            remote: remote,
            ref: ref,
            tracking: tracking(ref, of: remote),
            url: url,
            sshCommand: values["core.sshcommand"]?.last
        )
    }

    /// The address of `origin`, or of the only remote.
    var usualURL: String? {
        let urls = values.filter { $0.key.hasPrefix("remote.") && $0.key.hasSuffix(".url") }
        return values["remote.origin.url"]?.first ?? (urls.count == 1 ? urls.values.first?.first : nil)
    }

    /// The first of a remote's addresses is the one that is fetched; a branch may also name an address itself.
    private func url(of remote: String) -> String? {
        values["remote.\(remote).url"]?.first ?? (remote.contains(where: { ":/".contains($0) }) ? remote : nil)
    }

    /// Applies the remote's refspecs (git-fetch(1), "Configured remote-tracking branches").
    private func tracking(_ ref: String, of remote: String) -> String? {
        for specification in values["remote.\(remote).fetch"] ?? [] {
            let sides = specification.drop { $0 == "+" }.split(separator: ":", omittingEmptySubsequences: false)
            guard sides.count == 2, sides[1].hasPrefix("refs/remotes/") else { continue }
            if sides[0] == ref { return String(sides[1]) }
            let (from, to) = (halves(sides[0]), halves(sides[1]))
            guard let from, let to, ref.hasPrefix(from.0), ref.hasSuffix(from.1),
                ref.utf8.count >= from.0.utf8.count + from.1.utf8.count
            else { continue }
            return to.0 + ref.dropFirst(from.0.count).dropLast(from.1.count) + to.1
        }
        return nil
    }

    private func halves(_ pattern: Substring) -> (String, String)? {
        guard let star = pattern.firstIndex(of: "*") else { return nil }
        return (String(pattern[..<star]), String(pattern[pattern.index(after: star)...]))
    }
}

/// The name of a branch without `refs/heads/`.
func branchName(_ ref: String) -> String { ref.hasPrefix("refs/heads/") ? String(ref.dropFirst(11)) : ref }

/// The address of the configuration repository: as safe as that of a source, but any local path will do, because the
/// operator made this clone.
enum ConfigurationAddress: Sendable {
    case network(GitURL)
    /// Absolute.
    case local(String)

    /// Reads the address as configured in the work tree at `top`, to which a relative path belongs.
    init(_ text: String, top: String) throws(Malformed) {
        if text.hasPrefix("/") {
            self = .local(text)
        } else if text.lowercased().hasPrefix("file://") {
            self = .local(percentDecoded(text.dropFirst(7)))
        } else if !text.contains(":"), !text.hasPrefix("-"), !text.isEmpty {
            self = .local(top + "/" + text)
        } else {
            self = .network(try GitURL(text))
        }
    }

    /// The other side in the form that git is given.
    var remote: GitRemote {
        switch self {
        case .network(let url): GitRemote(url)
        case .local(let path): GitRemote(localPath: (try? resolvedPath(path)) ?? path)
        }
    }

    /// Equal for every spelling of one address, without secrets.
    var identity: String {
        switch self {
        case .network(let url): return url.identity
        case .local(let path):
            let path = (try? resolvedPath(path)) ?? path
            // A repository's git folder names the same as the repository.
            let parts = path.split(separator: "/").filter { $0 != "." && $0 != ".git" }.joined(separator: "/")
            return "/" + (parts.hasSuffix(".git") ? String(parts.dropLast(4)) : parts)
        }
    }
}
