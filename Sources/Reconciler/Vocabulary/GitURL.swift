/// The address of a git repository, safe to hand to git: no transport but ssh, https, http and (where allowed) files.
///
/// What git would read as an option, as a helper (`ext::sh -c …`) or as a local path is told apart here, once.
struct GitURL: Hashable, Sendable, CustomStringConvertible {
    enum Transport: Hashable, Sendable {
        case ssh
        case https
        case http
        /// A folder of this machine, absolute; usable only below a folder of `--allow-local`.
        case local
        /// `.`: the configuration repository itself, at its fetched commit.
        case configuration
    }

    let transport: Transport
    /// What git is given: without any user and password of an http URL.
    let address: String
    /// `user:password` of an http URL, as written (percent-encoded); never shown.
    let userInformation: String?
    /// `host[:port]/path` without a `.git` ending and a port that goes without saying, equal for every spelling of the
    /// same repository.
    let identity: String

    /// Reads ssh (`git@host:path`, `ssh://`), `https://`, `http://`, `file://`, an absolute path, or `.`.
    init(_ text: String) throws(Malformed) {
        guard text.utf8.first != UInt8(ascii: "-") else {
            throw Malformed("\(shown(text)) begins with a dash; git would take it for an option")
        }
        guard !text.isEmpty, text == visible(text), !text.utf8.contains(0x20), !hidesPunctuation(text) else {
            throw Malformed("\(shown(text)) is no git URL; it is empty or has spaces or control characters")
        }
        if text == "." {
            self.init(.configuration, address: ".", identity: ".")
        } else if text.hasPrefix("/") {
            try self.init(localPath: text)
        } else if let scheme = text.firstRange(of: "://") {
            try self.init(scheme: text[..<scheme.lowerBound].lowercased(), rest: text[scheme.upperBound...], text: text)
        } else {
            try self.init(scpLike: text)
        }
    }

    /// `.`, the configuration repository.
    static let configuration = GitURL(.configuration, address: ".", identity: ".")

    var description: String { address }

    private init(_ transport: Transport, address: String, userInformation: String? = nil, identity: String) {
        self.transport = transport
        self.address = address
        self.userInformation = userInformation
        self.identity = identity
    }

    private init(localPath path: String) throws(Malformed) {
        guard !path.split(separator: "/").contains("..") else {
            throw Malformed("\(quoted(path)) has a \"..\" in it; write the path without")
        }
        self.init(.local, address: path, identity: normalized(path: path))
    }

    private init(scheme: String, rest: Substring, text: String) throws(Malformed) {
        if scheme == "file" {
            guard rest.hasPrefix("/") else { throw Malformed("\(quoted(text)) names another host; write file:///PATH") }
            try self.init(localPath: String(rest))
            return
        }
        let transports: [String: Transport] = ["ssh": .ssh, "git+ssh": .ssh, "https": .https, "http": .http]
        guard let transport = transports[scheme] else {
            throw Malformed("\(shown(text)): git over \(quoted(scheme)) is refused; use ssh or https")
        }
        let authority = rest.prefix { !"/?#".contains($0) }
        let user = authority.lastIndex(of: "@").map { authority[..<$0] }
        let host = authority.dropFirst(user.map { $0.count + 1 } ?? 0)
        let path = rest.dropFirst(authority.count)
        try check(host: host, user: user, path: path, of: text)
        let isSSH = transport == .ssh
        guard !isSSH || user?.contains(":") != true else {
            throw Malformed("\(shown(text)) holds a password; ssh takes none from a URL, use a key")
        }
        let keepsUser = isSSH ? user.map { $0 + "@" } ?? "" : ""
        self.init(
            transport,
            address: (isSSH ? "ssh" : scheme) + "://" + keepsUser + host + path,
            userInformation: isSSH ? nil : user.map(String.init),
            identity: normalized(host: host, for: transport) + normalized(path: String(path))
        )
    }

    /// Reads `[user@]host:path`; an IPv6 address stands in brackets.
    private init(scpLike text: String) throws(Malformed) {
        let hostEnd = text.hasPrefix("[") || text.contains("@[") ? text.firstIndex(of: "]") : nil
        let colon = text[(hostEnd ?? text.startIndex)...].firstIndex(of: ":")
        guard let colon, !text[..<colon].contains("/") else {
            throw Malformed(
                "\(quoted(text)) is no git URL; write git@HOST:PATH, ssh://, https://, an absolute path, "
                    + "or . for the configuration repository"
            )
        }
        let path = text[text.index(after: colon)...]
        guard !path.hasPrefix(":") else {
            throw Malformed("\(quoted(text)): git transport helpers are refused; use ssh or https")
        }
        let authority = text[..<colon]
        let user = authority.lastIndex(of: "@").map { authority[..<$0] }
        let host = authority.dropFirst(user.map { $0.count + 1 } ?? 0)
        try check(host: host, user: user, path: path, of: text)
        self.init(.ssh, address: text, identity: host.lowercased() + normalized(path: "/" + path))
    }
}

extension GitURL {
    /// Whether a local repository lies in one of these absolute folders; links below an allowed folder are its owner's.
    func isLocal(below folders: [String]) -> Bool {
        guard transport == .local else { return false }
        let path = address.split(separator: "/").filter { $0 != "." }
        return folders.contains { path.starts(with: $0.split(separator: "/").filter { $0 != "." }) }
    }
}

/// `text` for an error line; whatever stands before an `@` of a web URL may be a password with a slash in it.
private func shown(_ text: String) -> String {
    guard let scheme = text.firstRange(of: "://"), !text[..<scheme.lowerBound].lowercased().hasSuffix("ssh"),
        let mark = text[scheme.upperBound...].lastIndex(of: "@")
    else { return quoted(withoutUserInformation(text)) }
    return quoted(String(text[..<scheme.upperBound] + "***" + text[mark...]))
}

private func check(host: Substring, user: Substring?, path: Substring, of text: String) throws(Malformed) {
    guard isGitHost(host), user.map(isUser) ?? true else { throw Malformed("\(shown(text)) names no valid host") }
    guard path.contains(where: { $0 != "/" }), !path.hasPrefix("-"), !path.hasPrefix("/-") else {
        throw Malformed("\(shown(text)) names no valid path")
    }
}

/// Whether `host` is a registry-like host and port; underscores pass too, as names of ssh_config(5) may have them.
private func isGitHost(_ host: Substring) -> Bool {
    (try? RegistryHost(String(host.replacing("_", with: "x")))) != nil && !host.hasPrefix("_")
}

private func isUser(_ user: Substring) -> Bool { !user.isEmpty && !user.hasPrefix("-") && !user.contains("@") }

/// `host` in lower case, without the port that the transport has anyway.
private func normalized(host: Substring, for transport: GitURL.Transport) -> String {
    let usual =
        switch transport {
        case .ssh: ":22"
        case .https: ":443"
        case .http: ":80"
        case .local, .configuration: ""
        }
    return (host.hasSuffix(usual) ? host.dropLast(usual.count) : host).lowercased()
}

/// `path` with single slashes, without a trailing slash and without `.git`.
private func normalized(path: String) -> String {
    let parts = path.split(separator: "/").filter { $0 != "." }
    let joined = "/" + parts.joined(separator: "/")
    return joined.hasSuffix(".git") ? String(joined.dropLast(4)) : joined
}
