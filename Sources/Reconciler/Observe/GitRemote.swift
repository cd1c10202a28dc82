/// Another repository in the form that git is given: an address without secrets, and credentials beside it.
struct GitRemote: Sendable {
    let address: String
    let isLocal: Bool
    let isSSH: Bool
    let credentials: GitCredentials

    init(_ url: GitURL) {
        address = url.address
        isLocal = false
        isSSH = url.transport == .ssh
        credentials = GitCredentials(url)
    }

    /// A repository of this machine; the path is absolute and resolved.
    init(localPath: String) {
        address = localPath
        isLocal = true
        isSSH = false
        credentials = .none
    }
}

/// The user and password that an http URL was written with, handed to git by environment alone.
enum GitCredentials: Sendable {
    case none
    /// Sent as they are with each request below `base`.
    case password(base: String, user: String, password: String)
    /// A name alone may be a token, or ask for the password that a credential helper keeps.
    case name(base: String, user: String)

    init(_ url: GitURL) {
        guard let written = url.userInformation, let scheme = url.address.firstRange(of: "://") else {
            self = .none
            return
        }
        let host = url.address[scheme.upperBound...].prefix { !"/?#".contains($0) }
        let base = url.address[..<scheme.upperBound] + host
        let parts = written.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(percentDecoded)
        self =
            parts.count == 2
            ? .password(base: String(base), user: parts[0], password: parts[1])
            : .name(base: String(base), user: parts[0])
    }

    /// What must not be shown: the values and the forms in which git sees them.
    var secrets: [String] {
        switch self {
        case .none: []
        case .password(_, let user, let password): [password, base64("\(user):\(password)".utf8)]
        case .name(_, let user): [user]
        }
    }

    /// Adds configuration entries (git-config(1), `GIT_CONFIG_COUNT`) behind those that are there.
    ///
    /// A header reaches only the given host, and no credential helper is asked to store it. For a name alone our own
    /// helper comes last: it answers with an empty password when no other has one.
    func add(to environment: inout [String: String]) {
        switch self {
        case .none: break
        case .password(let base, let user, let password):
            let header = "Authorization: Basic " + base64("\(user):\(password)".utf8)
            configure("http.\(base)/.extraHeader", header, in: &environment)
        case .name(let base, let user):
            configure("credential.\(base).username", user, in: &environment)
            configure(
                "credential.\(base).helper",
                "!f() { test \"$1\" != get || echo password=; }; f",
                in: &environment
            )
        }
    }
}

/// Adds one configuration entry to what git reads from its environment.
private func configure(_ key: String, _ value: String, in environment: inout [String: String]) {
    let count = environment["GIT_CONFIG_COUNT"].flatMap { Int($0) } ?? 0
    environment["GIT_CONFIG_KEY_\(count)"] = key
    environment["GIT_CONFIG_VALUE_\(count)"] = value
    environment["GIT_CONFIG_COUNT"] = String(count + 1)
}

/// The text with each `%41` replaced by its byte (RFC 3986, section 2.1); others are left as they are.
func percentDecoded(_ text: some StringProtocol) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
        let digits = String(decoding: rest.prefix(2), as: UTF8.self)
        if byte == UInt8(ascii: "%"), digits.utf8.count == 2, let value = UInt8(digits, radix: 16) {
            bytes.append(value)
            rest = rest.dropFirst(2)
        } else {
            bytes.append(byte)
        }
    }
    return String(decoding: bytes, as: UTF8.self)
}
