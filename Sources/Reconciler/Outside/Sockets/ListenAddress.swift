/// Where to listen: `127.0.0.1:8081`, `[::1]:8081`, `localhost:8081`; port 0 lets the system choose.
struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
    /// A name or an address, without the brackets of an IPv6 address.
    let host: String
    let port: UInt16

    init(_ text: String) throws(Malformed) {
        let example = "write HOST:PORT, for example 127.0.0.1:8081 or [::1]:8081"
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            throw Malformed("\(quoted(text)) names no port; \(example)")
        }
        let host = text[..<colon]
        guard !host.isEmpty else {
            throw Malformed(
                "\(quoted(text)) names no host; write 127.0.0.1\(text), or 0.0.0.0\(text) for every network"
            )
        }
        let isAddress = host.hasPrefix("[") && host.hasSuffix("]")
        let named = isAddress ? host.dropFirst().dropLast() : host
        let isValid = named.utf8.allSatisfy {
            isTokenByte($0) || (isAddress && $0 == UInt8(ascii: ":"))
        }
        guard !named.isEmpty, isValid else { throw Malformed("\(quoted(text)) is no address; \(example)") }
        self.host = String(named)
        self.port = port
    }

    init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    func with(port: UInt16) -> ListenAddress { ListenAddress(host: host, port: port) }

    var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
