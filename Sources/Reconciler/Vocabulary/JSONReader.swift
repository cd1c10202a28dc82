/// Reads one JSON text strictly as RFC 8259 has it: UTF-8 without a byte order mark, no control characters in strings,
/// nothing after the value, at most 64 levels deep.
struct JSONReader {
    /// Where the text stops being JSON, and why.
    struct Fault: Error {
        let message: String
        /// Byte offset into the text.
        let offset: Int
    }

    /// A key that an object has twice.
    struct DuplicateKey {
        let key: String
        /// Byte offset of the second one.
        let offset: Int
    }

    let bytes: [UInt8]
    /// The byte that is read next.
    var at = 0
    private var depth = 0
    private(set) var duplicates: [DuplicateKey] = []

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Reads the whole text; a key that stands twice in an object is a fault.
    static func read(_ bytes: some Collection<UInt8>) throws(Fault) -> JSON {
        var reader = JSONReader(Array(bytes))
        let value = try reader.readDocument()
        if let duplicate = reader.duplicates.first {
            throw Fault(message: "the key \(quoted(duplicate.key)) stands twice", offset: duplicate.offset)
        }
        return value
    }

    /// Reads the whole text; `duplicates` then holds the keys that stood twice, and both members are in the value.
    mutating func readDocument() throws(Fault) -> JSON {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) || bytes.starts(with: [0xFE, 0xFF])
            || bytes.starts(with: [0xFF, 0xFE])
        {
            throw Fault(message: "the file begins with a byte order mark; save it as plain UTF-8", offset: 0)
        }
        if bytes.prefix(2).contains(0) {
            throw Fault(message: "the file looks like UTF-16; save it as UTF-8", offset: 0)
        }
        if let offset = firstInvalidUTF8(in: bytes) {
            throw Fault(message: "this is not UTF-8; save the file as UTF-8", offset: offset)
        }
        let value = try readValue()
        skipSpace()
        guard at == bytes.count else { throw Fault(message: "unexpected \(seen) after the end", offset: at) }
        return value
    }

    private mutating func readValue() throws(Fault) -> JSON {
        skipSpace()
        let start = at
        guard at < bytes.count else { throw Fault(message: "the file ends where a value is expected", offset: at) }
        switch bytes[at] {
        case UInt8(ascii: "{"): return JSON(.object(try readMembers()), at: start)
        case UInt8(ascii: "["): return JSON(.array(try readElements()), at: start)
        case UInt8(ascii: "\""): return JSON(.string(try readString()), at: start)
        case UInt8(ascii: "t"): return JSON(try readWord("true", as: .bool(true)), at: start)
        case UInt8(ascii: "f"): return JSON(try readWord("false", as: .bool(false)), at: start)
        case UInt8(ascii: "n"): return JSON(try readWord("null", as: .null), at: start)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return JSON(.number(try readNumber()), at: start)
        default: throw Fault(message: "unexpected \(seen) where a value is expected", offset: at)
        }
    }

    private mutating func readMembers() throws(Fault) -> [JSON.Member] {
        try enter()
        var members: [JSON.Member] = []
        var keys: Set<String> = []
        while try !closes(UInt8(ascii: "}"), afterFirst: !members.isEmpty) {
            guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else {
                throw Fault(message: "unexpected \(seen) where a key in quotes is expected", offset: at)
            }
            let offset = at
            let key = try readString()
            if !keys.insert(key).inserted { duplicates.append(DuplicateKey(key: key, offset: offset)) }
            skipSpace()
            guard at < bytes.count, bytes[at] == UInt8(ascii: ":") else {
                throw Fault(message: "unexpected \(seen) where a colon is expected", offset: at)
            }
            at += 1
            members.append(JSON.Member(key: key, offset: offset, value: try readValue()))
        }
        return members
    }

    private mutating func readElements() throws(Fault) -> [JSON] {
        try enter()
        var elements: [JSON] = []
        while try !closes(UInt8(ascii: "]"), afterFirst: !elements.isEmpty) {
            elements.append(try readValue())
        }
        return elements
    }

    private mutating func enter() throws(Fault) {
        depth += 1
        guard depth <= 64 else { throw Fault(message: "more than 64 levels deep", offset: at) }
        at += 1
    }

    /// Consumes the closing byte, or the comma before the next item; tells which it was.
    private mutating func closes(_ close: UInt8, afterFirst: Bool) throws(Fault) -> Bool {
        skipSpace()
        guard at < bytes.count else { throw Fault(message: "the file ends inside a list or object", offset: at) }
        if bytes[at] == close {
            at += 1
            depth -= 1
            return true
        }
        guard afterFirst else { return false }
        guard bytes[at] == UInt8(ascii: ",") else {
            throw Fault(message: "unexpected \(seen) where a comma is expected", offset: at)
        }
        let comma = at
        at += 1
        skipSpace()
        if at < bytes.count, bytes[at] == close {
            throw Fault(message: "a comma with nothing after it; remove it", offset: comma)
        }
        return false
    }

    private mutating func readWord(_ word: String, as value: JSON.Value) throws(Fault) -> JSON.Value {
        guard bytes[at...].starts(with: word.utf8) else {
            throw Fault(message: "unexpected \(seen) where a value is expected", offset: at)
        }
        at += word.utf8.count
        return value
    }

    private mutating func readNumber() throws(Fault) -> String {
        let start = at
        if bytes[at] == UInt8(ascii: "-") { at += 1 }
        let leading = at
        var isWhole = skipDigits() > 0
        if at - leading > 1, bytes[leading] == UInt8(ascii: "0") { isWhole = false }
        if isWhole, at < bytes.count, bytes[at] == UInt8(ascii: ".") {
            at += 1
            isWhole = skipDigits() > 0
        }
        if isWhole, at < bytes.count, bytes[at] | 0x20 == UInt8(ascii: "e") {
            at += 1
            if at < bytes.count, bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-") { at += 1 }
            isWhole = skipDigits() > 0
        }
        guard isWhole else { throw Fault(message: "this is no JSON number", offset: start) }
        return String(decoding: bytes[start..<at], as: UTF8.self)
    }

    private mutating func skipDigits() -> Int {
        let start = at
        while at < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[at]) { at += 1 }
        return at - start
    }

    private mutating func skipSpace() {
        while at < bytes.count {
            switch bytes[at] {
            case 0x20, 0x09, 0x0A, 0x0D: at += 1
            default: return
            }
        }
    }

    /// The character at the current place, for a message.
    private var seen: String {
        guard at < bytes.count else { return "end of the file" }
        switch bytes[at] {
        case UInt8(ascii: "\""): return "quotation mark"
        case UInt8(ascii: "'"): return "\"'\" (JSON has double quotes only)"
        case UInt8(ascii: "/"), UInt8(ascii: "#"): return "\"\(Unicode.Scalar(bytes[at]))\" (JSON has no comments)"
        default: return quoted(String(String(decoding: bytes[at...].prefix(4), as: UTF8.self).prefix(1)))
        }
    }
}

/// The offset of the first byte that is not part of valid UTF-8; nil if all is.
private func firstInvalidUTF8(in bytes: [UInt8]) -> Int? {
    guard String(validating: bytes, as: UTF8.self) == nil else { return nil }
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var offset = 0
    while case .scalarValue(let scalar) = decoder.decode(&iterator) { offset += UTF8.width(scalar) }
    return offset
}
