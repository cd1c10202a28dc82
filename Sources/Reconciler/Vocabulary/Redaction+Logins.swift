/// `text` without what logs in by an HTTP header (RFC 9110 section 11, RFC 6750, RFC 7617): the value of each
/// `Authorization`, and a token after `Bearer` or `Basic`, which debug output of any program may hold.
func withoutLogins(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var clean: [UInt8] = []
    var (kept, at) = (0, 0)
    while at < bytes.count {
        guard let login = login(in: bytes, at: at) else {
            at += 1
            continue
        }
        clean += bytes[kept..<login.lowerBound] + Array("***".utf8)
        (kept, at) = (login.upperBound, login.upperBound)
    }
    return kept == 0 ? text : String(decoding: clean + bytes[kept...], as: UTF8.self)
}

/// What is to be hidden after the word that begins at `at`; nil if none of the three does, or nothing follows it.
private func login(in bytes: [UInt8], at: Int) -> Range<Int>? {
    // Most of all bytes are settled here: a, b, and their capitals.
    guard [0x61, 0x62].contains(bytes[at] | 0x20) else { return nil }
    if follows("authorization", bytes, at) { return headerValue(bytes, after: at + 13) }
    guard at == 0 || !isTokenByte(bytes[at - 1]) else { return nil }
    let word = ["bearer", "basic"].first { follows($0, bytes, at) }
    guard let word, at + word.utf8.count < bytes.count, bytes[at + word.utf8.count] == 0x20 else { return nil }
    let start = at + word.utf8.count + 1
    let end = bytes[start...].firstIndex { !isLoginByte($0) } ?? bytes.count
    return isLogin(bytes[start..<end], isBasic: word == "basic") ? start..<end : nil
}

/// The value after a name that ends at `place`: past quotes, spaces and one colon or equals sign, up to the next quote,
/// or the end.
private func headerValue(_ bytes: [UInt8], after place: Int) -> Range<Int>? {
    var (start, marks) = (place, 0)
    while start < bytes.count, "\"' :=\\".utf8.contains(bytes[start]) {
        if bytes[start] == UInt8(ascii: ":") || bytes[start] == UInt8(ascii: "=") { marks += 1 }
        start += 1
    }
    let end = bytes[start...].firstIndex { "\"'\r\n\\".utf8.contains($0) } ?? bytes.count
    return marks == 1 && start < end ? start..<end : nil
}

/// Whether it is a token, and not the next word of a sentence.
private func isLogin(_ token: ArraySlice<UInt8>, isBasic: Bool) -> Bool {
    guard token.count >= 8 else { return false }
    if isBasic {
        return decodeBase64(String(decoding: token, as: UTF8.self))?.contains(UInt8(ascii: ":")) ?? false
    }
    return token.contains { !(0x61...0x7A).contains($0) }
}

/// The characters of a token68 (RFC 9110 section 11.2).
private func isLoginByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: "-._~+/=".utf8.contains(byte)
    }
}

private func follows(_ word: String, _ bytes: [UInt8], _ at: Int) -> Bool {
    guard at + word.utf8.count <= bytes.count else { return false }
    return zip(word.utf8, bytes[at...]).allSatisfy { $0 == $1 | 0x20 }
}
