import Glibc

/// The bytes of an IPv4 or IPv6 address.
struct NetworkAddress: Hashable, Sendable {
    /// Four or sixteen, in network order; an IPv4 address inside IPv6 (`::ffff:a.b.c.d`) counts as four.
    let bytes: [UInt8]

    /// Reads any numeric form that a resolver takes (`169.254.1.1`, `0xA9FE0101`, `fe80::1`), with or without the
    /// brackets of a URL and the zone of a link-local address.
    init?(_ text: String) {
        let bare = text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : text
        let unzoned = String(bare.prefix { $0 != "%" })
        var four = in_addr()
        var sixteen = [UInt8](repeating: 0, count: 16)
        if inet_aton(unzoned, &four) != 0 {
            bytes = withUnsafeBytes(of: four) { Array($0) }
        } else if inet_pton(AF_INET6, unzoned, &sixteen) == 1 {
            bytes = Self.unmapped(sixteen)
        } else {
            return nil
        }
    }

    /// The address in a socket address of the families `AF_INET` and `AF_INET6`; nil for others.
    init?(_ address: UnsafePointer<sockaddr>) {
        let raw = UnsafeRawPointer(address)
        switch Int32(address.pointee.sa_family) {
        case AF_INET:
            bytes = withUnsafeBytes(of: raw.loadUnaligned(as: sockaddr_in.self).sin_addr) { Array($0) }
        case AF_INET6:
            bytes = Self.unmapped(withUnsafeBytes(of: raw.loadUnaligned(as: sockaddr_in6.self).sin6_addr) { Array($0) })
        default:
            return nil
        }
    }

    /// What speaks against it as the address of somebody else's server; nil if nothing does.
    ///
    /// Link-local are `169.254.0.0/16` of RFC 3927 and `fe80::/10` of RFC 4291; the others are those at which clouds
    /// answer to every machine without asking for more, and those that no server has.
    var objection: String? {
        let four = bytes.count == 4 ? bytes : translated
        if four?.starts(with: [169, 254]) == true || (bytes.count == 16 && bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80)
        {
            return "a link-local address, where clouds keep their secrets"
        }
        if four == Self.alibaba || bytes == Self.amazon { return "an address at which a cloud keeps its secrets" }
        if four?.first == 0 || bytes.allSatisfy({ $0 == 0 }) { return "no address that a server can have" }
        return nil
    }

    private static let amazon: [UInt8] = [0xFD, 0, 0x0E, 0xC2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54]
    private static let alibaba: [UInt8] = [100, 100, 100, 200]

    /// The IPv4 address that a gateway makes of it: the last bytes under `64:ff9b::/96` (RFC 6052) and `64:ff9b:1::/48`
    /// (RFC 8215), those after the prefix of `2002::/16` (RFC 3056), or the last of `::/96`.
    private var translated: [UInt8]? {
        if bytes.starts(with: [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]) { return Array(bytes[12...]) }
        if bytes.starts(with: [0, 0x64, 0xFF, 0x9B, 0, 1]) { return Array(bytes[12...]) }
        if bytes.starts(with: [0x20, 0x02]) { return Array(bytes[2..<6]) }
        // Not of ::1, this machine itself.
        if bytes[..<12].allSatisfy({ $0 == 0 }), bytes[12] != 0 { return Array(bytes[12...]) }
        return nil
    }

    private static func unmapped(_ bytes: [UInt8]) -> [UInt8] {
        let prefix = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]
        return bytes.starts(with: prefix) ? Array(bytes[12...]) : bytes
    }
}
