extension JSONReader {
    /// Reads a string, escapes undone; the current byte is its opening quote.
    mutating func readString() throws(Fault) -> String {
        let start = at
        at += 1
        let plain = at
        while at < bytes.count, bytes[at] >= 0x20, bytes[at] != UInt8(ascii: "\""), bytes[at] != UInt8(ascii: "\\") {
            at += 1
        }
        var text = String(decoding: bytes[plain..<at], as: UTF8.self)
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "\""):
                at += 1
                return text
            case UInt8(ascii: "\\"):
                text.unicodeScalars.append(try readEscape())
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                throw Fault(message: "the string that begins here is not closed in its line", offset: start)
            case 0..<0x20:
                throw Fault(message: "a control character in a string; write it as \\n, \\t or \\u00XX", offset: at)
            default:
                let from = at
                while at < bytes.count, bytes[at] >= 0x20, bytes[at] != UInt8(ascii: "\""),
                    bytes[at] != UInt8(ascii: "\\")
                { at += 1 }
                text += String(decoding: bytes[from..<at], as: UTF8.self)
            }
        }
        throw Fault(message: "the string that begins here is not closed", offset: start)
    }

    private mutating func readEscape() throws(Fault) -> Unicode.Scalar {
        let start = at
        at += 2
        guard at <= bytes.count else { throw Fault(message: "the file ends inside a string", offset: start) }
        switch bytes[at - 1] {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try readCodePoint(start)
        default: throw Fault(message: "no such escape in JSON", offset: start)
        }
    }

    /// Reads what follows `\u`, and the second half of a surrogate pair if it is the first.
    private mutating func readCodePoint(_ start: Int) throws(Fault) -> Unicode.Scalar {
        let unit = try readHexadecimal(start)
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard UTF16.isLeadSurrogate(unit), at + 1 < bytes.count, bytes[at] == UInt8(ascii: "\\"),
            bytes[at + 1] == UInt8(ascii: "u")
        else { throw Fault(message: "half of a surrogate pair", offset: start) }
        at += 2
        let trail = try readHexadecimal(start)
        guard UTF16.isTrailSurrogate(trail) else { throw Fault(message: "half of a surrogate pair", offset: start) }
        return UTF16.decode(UTF16.EncodedScalar([unit, trail]))
    }

    private mutating func readHexadecimal(_ start: Int) throws(Fault) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard at < bytes.count, let digit = hexadecimalDigit(bytes[at]) else {
                throw Fault(message: "four hexadecimal digits are expected after \\u", offset: start)
            }
            unit = unit << 4 | digit
            at += 1
        }
        return unit
    }
}

private func hexadecimalDigit(_ byte: UInt8) -> UInt16? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt16(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt16(byte - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt16(byte - UInt8(ascii: "A") + 10)
    default: nil
    }
}
