/// The host and port of a registry, as an image reference names it: `docker.io`, `localhost:5000`, `[::1]:5000`.
struct RegistryHost: Hashable, Sendable, CustomStringConvertible {
    let description: String
    /// The name or address without the port, and without the brackets of an IPv6 address.
    let host: String
    /// Nil where the scheme's own is meant.
    let port: UInt16?
    /// Whether the host is this machine itself: `localhost`, a name under `.localhost` (RFC 6761), `127.0.0.0/8`, `::1`.
    let isLoopback: Bool

    static let dockerHub = RegistryHost(known: "docker.io")
    /// Where a registry on this machine usually answers.
    static let localhost = RegistryHost(known: "localhost:5000")

    /// Reads a host name or address with an optional port; Docker Hub's older names become `docker.io`.
    init(_ text: String) throws(Malformed) {
        var fault: Malformed { Malformed("\(quoted(text)) is no registry; write HOST or HOST:PORT") }
        let (host, port) = split(text)
        let address = host.utf8.dropFirst().dropLast()
        let isAddress =
            host.hasPrefix("[") && host.hasSuffix("]") && address.count >= 2 && address.allSatisfy(isAddressByte)
        guard isAddress || isHostName(host) else { throw fault }
        if let port { guard isPort(port) else { throw fault } }
        let lowered = text.lowercased()
        self.init(known: ["index.docker.io", "registry-1.docker.io"].contains(lowered) ? "docker.io" : lowered)
    }

    private init(known: String) {
        description = known
        let (name, port) = split(known)
        self.port = port.flatMap { UInt16($0) }
        host = name.hasPrefix("[") ? String(name.dropFirst().dropLast()) : name
        isLoopback = isThisMachine(host)
    }

    // All else follows from the text.
    static func == (left: RegistryHost, right: RegistryHost) -> Bool { left.description == right.description }

    func hash(into hasher: inout Hasher) { hasher.combine(description) }

    /// The registry that this machine runs on `port`.
    static func loopback(port: UInt16) -> RegistryHost { RegistryHost(known: "127.0.0.1:\(port)") }
}

/// Whether `text` is a host name or IPv4 address: labels of letters, digits and dashes, joined by dots (RFC 1123).
func isHostName(_ text: String) -> Bool {
    text.utf8.count <= 253
        && text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { label in
            guard let first = label.first, let last = label.last else { return false }
            return first != UInt8(ascii: "-") && last != UInt8(ascii: "-") && label.allSatisfy(isLabelByte)
        }
}

/// Whether `text` is a port: digits alone, from 1 to 65535.
func isPort(_ text: some StringProtocol) -> Bool {
    text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } && (UInt16(text) ?? 0) > 0
}

private func isThisMachine(_ host: String) -> Bool {
    if host == "localhost" || host.hasSuffix(".localhost") || host == "::1" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
}

private func split(_ text: String) -> (host: String, port: String?) {
    guard let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")), !text[colon...].utf8.contains(UInt8(ascii: "]"))
    else { return (text, nil) }
    return (String(text[..<colon]), String(text[text.utf8.index(after: colon)...]))
}

private func isLabelByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
    default: false
    }
}

private func isAddressByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: ":"): true
    default: false
    }
}
