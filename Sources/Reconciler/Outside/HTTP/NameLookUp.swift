import Glibc

/// Finds out before a request whether its host is one that nothing is sent to.
///
/// Of a direct connection the address is looked at when it is made; behind a proxy it is the proxy that looks the name
/// up, so we ask too. A name that only the proxy knows is left to it.
struct NameLookUp: Sendable {
    /// The addresses of a name; it may block.
    var addresses: @Sendable (String) -> [NetworkAddress] = resolve

    /// Where clouds keep their secrets, by the names that a proxy inside of one would know.
    private static let metadataNames: Set = [
        "metadata", "metadata.google.internal", "metadata.goog", "instance-data", "instance-data.ec2.internal",
    ]

    /// What speaks against sending to the host of `url`; nil if nothing does.
    func objection(to url: HTTPURL) async -> String? {
        if let address = NetworkAddress(url.host) { return address.objection }
        if Self.metadataNames.contains(url.host) { return "a name at which a cloud keeps its secrets" }
        guard url.isBehindProxy else { return nil }
        return await found(url.host).lazy.compactMap(\.objection).first
    }

    /// None when the task is cancelled before there is an answer.
    private func found(_ host: String) async -> [NetworkAddress] {
        let (answers, answer) = AsyncStream.makeStream(of: [NetworkAddress].self)
        let isStarted = startThread { [addresses] in
            answer.yield(addresses(host))
            answer.finish()
        }
        guard isStarted else { return [] }
        for await found in answers { return found }
        return []
    }
}

extension HTTPURL {
    /// Whether the environment names a proxy for it, in the variables that libcurl reads.
    fileprivate var isBehindProxy: Bool {
        if isLoopback { return false }
        let names = (isSecure ? ["https_proxy", "HTTPS_PROXY"] : ["http_proxy"]) + ["all_proxy", "ALL_PROXY"]
        return names.contains { name in getenv(name).map { $0.pointee != 0 } ?? false }
    }
}

/// All addresses of a host name, getaddrinfo(3); none if it has none or nobody can say.
private func resolve(_ host: String) -> [NetworkAddress] {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var first: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, nil, &hints, &first) == 0 else { return [] }
    defer { freeaddrinfo(first) }
    return sequence(first: first) { $0?.pointee.ai_next }.prefix { $0 != nil }.compactMap { entry in
        entry?.pointee.ai_addr.flatMap { NetworkAddress($0) }
    }
}
