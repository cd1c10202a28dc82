import CCrypto

/// The content address of a manifest or blob, `sha256:` and 64 lower-case hexadecimal digits.
///
/// Other algorithms of the OCI image specification (descriptor.md, "Digests") are refused: neither Docker nor the
/// distribution registry stores them.
///
/// It is kept as its 32 bytes, in place: there are as many as tags, several times over.
struct Digest: Hashable, Sendable, CustomStringConvertible {
    // A SIMD vector would be aligned to 32 bytes, and an optional one take up 64.
    private let first: UInt64
    private let second: UInt64
    private let third: UInt64
    private let fourth: UInt64

    /// Reads `sha256:…`; throws `Malformed` for anything else.
    init(_ text: String) throws(Malformed) {
        guard let words = parse(text) else {
            throw Malformed("\(quoted(text)) is no digest; one is sha256: and 64 hexadecimal digits")
        }
        self.init(words: words)
    }

    private init(words: SIMD4<UInt64>) {
        (first, second, third, fourth) = (words[0], words[1], words[2], words[3])
    }

    private init(sum: [UInt8]) {
        var words = SIMD4<UInt64>()
        for (place, byte) in sum.enumerated() { words[place / 8] = words[place / 8] << 8 | UInt64(byte) }
        self.init(words: words)
    }

    /// The digest of `bytes`, computed by libcrypto.
    static func of(_ bytes: some Collection<UInt8>) -> Digest { Digest(sum: sha256(bytes)) }

    var description: String { "sha256:" + hex }

    /// The 64 hexadecimal digits alone.
    var hex: String {
        let words = SIMD4(first, second, third, fourth)
        return String(unsafeUninitializedCapacity: 64) { text in
            for place in 0..<64 {
                let digit = UInt8(truncatingIfNeeded: words[place / 16] >> UInt64(60 - place % 16 * 4)) & 15
                text[place] = digit < 10 ? 48 + digit : 87 + digit
            }
            return 64
        }
    }

    /// The form for people: `sha256:` and the first twelve digits.
    var short: String { "sha256:" + hex.prefix(12) }
}

/// The bytes that `sha256:` and 64 lower-case digits stand for; nil for anything else.
private func parse(_ text: String) -> SIMD4<UInt64>? {
    guard text.utf8.count == 71, text.utf8.starts(with: "sha256:".utf8) else { return nil }
    var words = SIMD4<UInt64>()
    for (place, digit) in text.utf8.dropFirst(7).enumerated() {
        let value: UInt8
        switch digit {
        case 48...57: value = digit - 48
        case 97...102: value = digit - 87
        default: return nil
        }
        words[place / 16] = words[place / 16] << 4 | UInt64(value)
    }
    return words
}

/// The SHA-256 of `bytes` in lower-case hexadecimal digits.
func sha256Hex(_ bytes: some Collection<UInt8>) -> String { hexadecimal(sha256(bytes)) }

/// The 32 bytes of the SHA-256 of `bytes`.
func sha256(_ bytes: some Collection<UInt8>) -> [UInt8] {
    var sum = [UInt8](repeating: 0, count: 32)
    let computed: Void? = bytes.withContiguousStorageIfAvailable { input in
        EVP_Digest(input.baseAddress, input.count, &sum, nil, EVP_sha256(), nil)
    }
    if computed == nil {
        let copy = Array(bytes)
        EVP_Digest(copy, copy.count, &sum, nil, EVP_sha256(), nil)
    }
    return sum
}

/// `bytes` as lower-case hexadecimal digits, two a byte.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in bytes {
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
}
