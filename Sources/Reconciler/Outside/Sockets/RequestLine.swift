/// The first line of a request: method, target, version (RFC 9112 section 3).
struct RequestLine {
    let method: String
    /// The target's path, without query.
    let path: String
    let isHTTP10: Bool

    init(_ line: ArraySlice<UInt8>) throws(HTTPRefusal) {
        let parts = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[0].isEmpty, parts[0].allSatisfy(isTokenByte) else {
            throw HTTPRefusal(.badRequest, "the request line is no METHOD TARGET VERSION")
        }
        method = String(decoding: parts[0], as: UTF8.self)
        isHTTP10 = try Self.readVersion(parts[2])
        path = try Self.readPath(parts[1])
    }

    /// Whether the version is 1.0; a higher 1.x is served as 1.1 (RFC 9110 section 2.5).
    private static func readVersion(_ bytes: ArraySlice<UInt8>) throws(HTTPRefusal) -> Bool {
        let version = Array(bytes)
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard version.count == 8, version.starts(with: "HTTP/".utf8), digits.contains(version[5]),
            version[6] == UInt8(ascii: "."), digits.contains(version[7])
        else {
            throw HTTPRefusal(.badRequest, "the request line ends in no HTTP version")
        }
        guard version[5] == UInt8(ascii: "1") else {
            throw HTTPRefusal(.versionNotSupported, "only HTTP/1.0 and HTTP/1.1 are spoken here")
        }
        return version[7] == UInt8(ascii: "0")
    }

    /// The path of the origin form, the absolute form (which every server must accept) or the asterisk form.
    private static func readPath(_ bytes: ArraySlice<UInt8>) throws(HTTPRefusal) -> String {
        let fault = HTTPRefusal(.badRequest, "the target is no path")
        guard !bytes.isEmpty, bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }) else {
            throw fault
        }
        let target = String(decoding: bytes, as: UTF8.self)
        if target == "*" { return target }
        var rest = target[...]
        if !rest.hasPrefix("/") {
            guard let scheme = rest.firstRange(of: "://"),
                ["http", "https"].contains(rest[..<scheme.lowerBound].lowercased())
            else { throw fault }
            rest = rest[scheme.upperBound...].drop { $0 != "/" && $0 != "?" }
        }
        let path = rest.prefix { $0 != "?" }
        return path.isEmpty ? "/" : String(path)
    }
}

/// What a hexadecimal digit stands for; nil for any other byte.
func hexadecimalValue(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
}
