/// Fills in the variables of one word of a Dockerfile (docs.docker.com, "Dockerfile reference": environment replacement).
struct DockerfileWord {
    /// The longest text a word may become: variables that hold each other twice would grow without end.
    private static let longest = 4_096

    private var rest: ArraySlice<UInt8>
    private let escape: UInt8
    private let values: [String: String]

    /// The word with quotes removed and variables filled in; one that is not set is empty.
    ///
    /// Nil for what cannot be told: operators of substitution other than `-` and `+`, and texts that grow too long.
    static func filled(_ word: [UInt8], escape: UInt8, _ values: [String: String]) -> String? {
        var reader = DockerfileWord(rest: word[...], escape: escape, values: values)
        return reader.read(until: nil, depth: 0).map { String(decoding: $0, as: UTF8.self) }
    }

    private mutating func read(until end: UInt8?, depth: Int) -> [UInt8]? {
        guard depth < 20 else { return nil }
        var text: [UInt8] = []
        var isQuoted = false
        while let byte = rest.popFirst() {
            if byte == end, !isQuoted { return text }
            switch byte {
            case escape:
                guard let next = rest.popFirst() else { break }
                // Between double quotes it is a character like others before most of them.
                let isSpecial = [escape, UInt8(ascii: "\""), UInt8(ascii: "$")].contains(next)
                text += isQuoted && !isSpecial ? [byte, next] : [next]
            case UInt8(ascii: "'") where !isQuoted:
                text += rest.prefix { $0 != byte }
                rest = rest.drop { $0 != byte }.dropFirst()
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: "$"):
                guard let value = readVariable(depth: depth) else { return nil }
                text += value
            default: text.append(byte)
            }
            if text.count > Self.longest { return nil }
        }
        return end == nil ? text : nil
    }

    private mutating func readVariable(depth: Int) -> [UInt8]? {
        guard rest.first == UInt8(ascii: "{") else {
            let name = rest.prefix(while: isNameByte)
            rest = rest.dropFirst(name.count)
            return name.isEmpty ? [UInt8(ascii: "$")] : Array(value(name)?.utf8 ?? "".utf8)
        }
        rest = rest.dropFirst()
        let name = rest.prefix(while: isNameByte)
        rest = rest.dropFirst(name.count)
        guard !name.isEmpty, var mark = rest.popFirst() else { return nil }
        let value = value(name)
        if mark == UInt8(ascii: "}") { return Array((value ?? "").utf8) }
        let emptyIsUnset = mark == UInt8(ascii: ":")
        if emptyIsUnset {
            guard let next = rest.popFirst() else { return nil }
            mark = next
        }
        guard let other = read(until: UInt8(ascii: "}"), depth: depth + 1) else { return nil }
        let isSet = value.map { !$0.isEmpty || !emptyIsUnset } ?? false
        switch mark {
        case UInt8(ascii: "-"): return isSet ? Array((value ?? "").utf8) : other
        case UInt8(ascii: "+"): return isSet ? other : []
        default: return nil
        }
    }

    private func value(_ name: ArraySlice<UInt8>) -> String? { values[String(decoding: name, as: UTF8.self)] }
}

private func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
    default: false
    }
}
