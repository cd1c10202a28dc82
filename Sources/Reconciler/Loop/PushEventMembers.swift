/// The texts of those members of the outermost object in `json` that have one of `names`.
///
/// It only looks for where members begin and end, so it works on text that was cut off (members that are not complete
/// are left out), costs one pass over the bytes, and cannot be made to nest. Whether a member is valid JSON is for its
/// reader to find out.
func outerMembers(named names: Set<String>, in json: [UInt8]) -> [(name: String, text: ArraySlice<UInt8>)] {
    var scan = MemberScan(bytes: json)
    var found: [(name: String, text: ArraySlice<UInt8>)] = []
    guard scan.skip(UInt8(ascii: "{")) else { return [] }
    repeat {
        guard let key = scan.takeString(), scan.skip(UInt8(ascii: ":")), let value = scan.takeValue() else { break }
        let name = String(decoding: key, as: UTF8.self)
        if names.contains(name) { found.append((name, value)) }
    } while scan.skip(UInt8(ascii: ","))
    return found
}

private struct MemberScan {
    let bytes: [UInt8]
    var at = 0

    /// Goes past spaces and `byte`; false if something else is there.
    mutating func skip(_ byte: UInt8) -> Bool {
        while at < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[at]) { at += 1 }
        guard at < bytes.count, bytes[at] == byte else { return false }
        at += 1
        return true
    }

    /// What is between the quotes, escapes as written; nil if no complete string is next.
    mutating func takeString() -> ArraySlice<UInt8>? {
        guard skip(UInt8(ascii: "\"")) else { return nil }
        let start = at
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "\""):
                at += 1
                return bytes[start..<(at - 1)]
            case UInt8(ascii: "\\"): at += 2
            default: at += 1
            }
        }
        return nil
    }

    /// Everything up to the comma or brace that ends the member; nil if that is not there.
    mutating func takeValue() -> ArraySlice<UInt8>? {
        let start = at
        var depth = 0
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "\""):
                guard takeString() != nil else { return nil }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: ","):
                if depth == 0 { return bytes[start..<at] }
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return bytes[start..<at] }
                depth -= 1
            default: break
            }
            at += 1
        }
        return nil
    }
}
