/// An `http://` or `https://` URL with a host, fit to be handed to the HTTP client.
struct WebAddress: Hashable, Sendable, CustomStringConvertible {
    /// The URL as written; it may hold a password, so it goes through a `Redaction` before people see it.
    let description: String
    /// The host and port as written, without a user part.
    let host: RegistryHost
    let isSecure: Bool

    init(_ text: String) throws(Malformed) {
        let shown = quoted(withoutUserInformation(text))
        guard !text.isEmpty, text == visible(text), !text.utf8.contains(0x20), !hidesPunctuation(text) else {
            throw Malformed("\(shown) is no URL; it is empty or has spaces or control characters")
        }
        let scheme = text.firstRange(of: "://").map { text[..<$0.lowerBound].lowercased() }
        guard let scheme, ["http", "https"].contains(scheme) else {
            throw Malformed("\(shown) is no web address; begin it with https:// or http://")
        }
        let authority = text.dropFirst(scheme.count + 3).prefix { !"/?#".contains($0) }
        let user = authority.lastIndex(of: "@")
        guard let host = try? RegistryHost(String(user.map { authority[authority.index(after: $0)...] } ?? authority))
        else { throw Malformed("\(shown) names no valid host") }
        description = text
        self.host = host
        isSecure = scheme == "https"
    }

    /// Whether what is sent there stays unread on the way: over https, or to this machine itself.
    var isPrivate: Bool { isSecure || host.isLoopback }
}
