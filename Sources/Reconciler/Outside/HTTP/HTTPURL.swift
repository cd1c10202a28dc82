/// An absolute `http` or `https` URL, without user part and fragment, checked so that it can stand in a request line.
struct HTTPURL: Hashable, Sendable, CustomStringConvertible {
    let isSecure: Bool
    /// In lower case; an IPv6 address in brackets.
    let host: String
    let port: UInt16
    /// Path and query, as they go out; begins with `/`.
    let target: String
    /// Whether the host names this machine itself; see `RegistryHost.isLoopback`.
    let isLoopback: Bool

    /// Reads an absolute URL (RFC 3986); one with a user part is refused, because nobody expects it to be sent.
    init(_ text: String) throws(Malformed) {
        var fault: Malformed { Malformed("\(quoted(withoutUserInformation(text))) is no http or https URL") }
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")), text[colon...].hasPrefix("://") else {
            throw fault
        }
        switch text[..<colon].lowercased() {
        case "https": isSecure = true
        case "http": isSecure = false
        default: throw fault
        }
        let rest = text[text.utf8.index(colon, offsetBy: 3)...]
        let authority = rest[..<(rest.utf8.firstIndex(where: endsAuthority) ?? rest.endIndex)]
        let (host, port) = splitPort(authority)
        guard !host.isEmpty, let known = try? RegistryHost(String(host)) else { throw fault }
        self.host = host.lowercased()
        isLoopback = known.isLoopback
        if let port, !port.isEmpty {
            guard let number = UInt16(port), number > 0 else { throw fault }
            self.port = number
        } else {
            self.port = isSecure ? 443 : 80
        }
        let tail = rest[authority.endIndex...].utf8.prefix { $0 != UInt8(ascii: "#") }
        target = tail.first == UInt8(ascii: "/") ? String(Substring(tail)) : "/" + Substring(tail)
        guard target.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), target.utf8.count <= 16_384 else { throw fault }
    }

    /// Where the distribution API of a registry answers; loopback speaks plain HTTP, all others HTTPS.
    init(of registry: RegistryHost) {
        isLoopback = registry.isLoopback
        isSecure = !isLoopback
        let isAddress = registry.description.hasPrefix("[")
        host = registry == .dockerHub ? "registry-1.docker.io" : isAddress ? "[\(registry.host)]" : registry.host
        port = registry.port ?? (isSecure ? 443 : 80)
        target = "/"
    }

    private init(from base: HTTPURL, target: String) {
        isSecure = base.isSecure
        host = base.host
        port = base.port
        isLoopback = base.isLoopback
        self.target = target
    }

    /// Scheme, host and port: what credentials belong to (RFC 6454).
    var origin: String {
        (isSecure ? "https://" : "http://") + authority
    }

    /// Whether both are the same origin.
    func hasOrigin(of other: HTTPURL) -> Bool {
        port == other.port && isSecure == other.isSecure && host == other.host
    }

    /// Host and port as in a `Host` header, the scheme's own port left out.
    var authority: String {
        port == (isSecure ? 443 : 80) ? host : "\(host):\(port)"
    }

    var description: String { origin + target }

    /// For people: without the query, where signed URLs carry their secret.
    var redacted: String {
        let path = target.prefix { $0 != "?" }
        return visible(origin + path + (path.endIndex < target.endIndex ? "?…" : ""))
    }
}

extension HTTPURL {
    /// The URL that `reference` means when seen in an answer from here (RFC 3986 section 5.2).
    func resolving(_ reference: String) throws(Malformed) -> HTTPURL {
        let hasScheme = reference.utf8.prefix { !endsAuthority($0) }.contains(UInt8(ascii: ":"))
        if hasScheme { return try HTTPURL(reference) }
        if reference.hasPrefix("//") { return try HTTPURL((isSecure ? "https:" : "http:") + reference) }
        let reference = String(reference.prefix { $0 != "#" })
        let path = String(target.prefix { $0 != "?" })
        let merged: String
        if reference.isEmpty {
            merged = target
        } else if reference.hasPrefix("/") {
            merged = reference
        } else if reference.hasPrefix("?") {
            merged = path + reference
        } else {
            merged = path[...(path.lastIndex(of: "/") ?? path.startIndex)] + reference
        }
        return try HTTPURL(origin + withoutDotSegments(merged))
    }

    /// The URL of `path` at the same origin; the path must begin with `/` and be clean already.
    func at(path: String) -> HTTPURL { HTTPURL(from: self, target: path) }

    /// The same URL with more of a query; names and values are percent-encoded.
    func adding(query: [(name: String, value: String)]) -> HTTPURL {
        let pairs = query.map { percentEncoded($0.name) + "=" + percentEncoded($0.value) }
        guard !pairs.isEmpty else { return self }
        return HTTPURL(from: self, target: target + (target.contains("?") ? "&" : "?") + pairs.joined(separator: "&"))
    }
}

/// `text` with every byte escaped but the unreserved ones of RFC 3986, and `:` and `/`, which a query may hold.
func percentEncoded(_ text: String) -> String {
    var encoded: [UInt8] = []
    for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"), UInt8(ascii: ":"), UInt8(ascii: "/"):
            encoded.append(byte)
        default:
            encoded.append(UInt8(ascii: "%"))
            encoded.append(contentsOf: hexadecimal([byte]).uppercased().utf8)
        }
    }
    return String(decoding: encoded, as: UTF8.self)
}

/// Whether the byte ends the scheme or the authority of a URL.
private func endsAuthority(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
}

private func splitPort(_ authority: Substring) -> (host: Substring, port: Substring?) {
    guard let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") else { return (authority, nil) }
    return (authority[..<colon], authority[authority.index(after: colon)...])
}

/// Removes `.` and `..` from the path of `target` (RFC 3986 section 5.2.4); the query stays.
private func withoutDotSegments(_ target: String) -> String {
    let path = target.prefix { $0 != "?" }
    var kept: [Substring] = []
    let segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
    for (index, segment) in segments.enumerated() {
        let isLast = index == segments.count - 1
        switch segment {
        case ".": if isLast { kept.append("") }
        case "..":
            _ = kept.popLast()
            if isLast { kept.append("") }
        default: kept.append(segment)
        }
    }
    return "/" + kept.joined(separator: "/") + target[path.endIndex...]
}
