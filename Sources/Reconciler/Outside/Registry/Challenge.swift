/// One way of authentication that a `WWW-Authenticate` field offers (RFC 9110 section 11.6.1).
struct Challenge: Hashable, Sendable {
    /// In lower case: `bearer`.
    let scheme: String
    /// Names in lower case; of a name that stands twice, the first value.
    let parameters: [String: String]

    /// Reads every challenge in a field; what does not fit the grammar ends the list.
    static func parse(_ field: String) -> [Challenge] {
        var reader = ChallengeReader(Array(field.utf8.prefix(16_384)))
        return reader.readChallenges()
    }
}

/// Reads `Bearer realm="…",service="…", Basic realm="…"`: a comma separates parameters as well as challenges, and a
/// token is a parameter's name only if `=` follows it.
private struct ChallengeReader {
    private let bytes: [UInt8]
    private var at = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func readChallenges() -> [Challenge] {
        var challenges: [Challenge] = []
        while true {
            skip { $0 == UInt8(ascii: ",") || isSpace($0) }
            guard let scheme = readToken() else { return challenges }
            var parameters: [String: String] = [:]
            while let (name, value) = readParameter() {
                if parameters[name] == nil { parameters[name] = value }
            }
            challenges.append(Challenge(scheme: scheme.lowercased(), parameters: parameters))
        }
    }

    private mutating func readParameter() -> (String, String)? {
        let start = at
        skip { $0 == UInt8(ascii: ",") || isSpace($0) }
        guard let name = readToken() else { return back(to: start) }
        skip(while: isSpace)
        guard at < bytes.count, bytes[at] == UInt8(ascii: "=") else { return back(to: start) }
        at += 1
        skip(while: isSpace)
        guard let value = at < bytes.count && bytes[at] == UInt8(ascii: "\"") ? readQuoted() : readToken() else {
            return back(to: start)
        }
        return (name.lowercased(), value)
    }

    private mutating func back(to start: Int) -> (String, String)? {
        at = start
        return nil
    }

    private mutating func readToken() -> String? {
        let start = at
        skip(while: isParameterByte)
        return at > start ? String(decoding: bytes[start..<at], as: UTF8.self) : nil
    }

    private mutating func readQuoted() -> String? {
        at += 1
        var value: [UInt8] = []
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            if byte == UInt8(ascii: "\"") { return String(decoding: value, as: UTF8.self) }
            if byte == UInt8(ascii: "\\"), at < bytes.count {
                value.append(bytes[at])
                at += 1
            } else {
                value.append(byte)
            }
        }
        return nil
    }

    private mutating func skip(while matches: (UInt8) -> Bool) {
        while at < bytes.count, matches(bytes[at]) { at += 1 }
    }
}

private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

/// Bytes of unquoted values, to which servers add `/` and `:` of URLs against the rules.
private func isParameterByte(_ byte: UInt8) -> Bool {
    isTokenByte(byte) || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ":")
}
