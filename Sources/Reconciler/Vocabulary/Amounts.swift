extension Duration {
    /// Reads `30s`, `5m`, `1h30m`, `2d`: whole numbers with a unit each, larger units first, more than nothing in all.
    init(text: String) throws(Malformed) {
        let fault = Malformed("\(quoted(text)) is no duration; write for example 30s, 5m, 1h30m or 2d")
        let units: [(Character, Int)] = [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)]
        var rest = text[...]
        var seconds = 0
        for (unit, size) in units {
            guard let end = rest.firstIndex(where: { !$0.isASCII || !$0.isNumber }), rest[end] == unit else { continue }
            guard end > rest.startIndex else { throw fault }
            guard let count = Int(rest[..<end]), count <= 36_500 * 86_400 / size else {
                throw Malformed("\(quoted(text)) is too long; the longest is 36500d")
            }
            seconds += count * size
            rest = rest[rest.index(after: end)...]
        }
        guard rest.isEmpty, seconds > 0 else { throw fault }
        self = .seconds(seconds)
    }

    /// The duration as `init(text:)` reads it, rounded to seconds: `1h30m`.
    var text: String {
        var rest = max(0, Int(components.seconds))
        var parts = ""
        for (unit, size) in [("d", 86_400), ("h", 3_600), ("m", 60)] where rest >= size {
            parts += "\(rest / size)\(unit)"
            rest %= size
        }
        return rest > 0 || parts.isEmpty ? parts + "\(rest)s" : parts
    }

    /// Seconds with their fraction.
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

/// A number of bytes, written `2GB`, `500MB`, `10KiB` or plain.
struct ByteCount: Hashable, Comparable, Sendable, CustomStringConvertible {
    let bytes: Int64

    init(bytes: Int64) { self.bytes = bytes }

    /// Reads a whole number with an optional unit: decimal (`KB`, `MB`, `GB`, `TB`) or binary (`KiB` …).
    init(text: String) throws(Malformed) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text.dropFirst(digits.count).lowercased()
        let factors: [String: Int64] = [
            "": 1, "b": 1, "kb": 1_000, "mb": 1_000_000, "gb": 1_000_000_000, "tb": 1_000_000_000_000,
            "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "tib": 1 << 40,
        ]
        guard let count = Int64(digits), let factor = factors[unit], count < Int64.max / factor else {
            throw Malformed("\(quoted(text)) is no size; write for example 500MB or 2GB")
        }
        bytes = count * factor
    }

    static func < (left: ByteCount, right: ByteCount) -> Bool { left.bytes < right.bytes }

    /// Two or three significant digits and a decimal unit: `3.4 MB`.
    var description: String {
        var amount = Double(bytes)
        for unit in ["B", "kB", "MB", "GB"] {
            if amount < 999.5 {
                return unit == "B" || amount >= 99.5
                    ? "\(Int(amount.rounded())) \(unit)" : "\((amount * 10).rounded() / 10) \(unit)"
            }
            amount /= 1_000
        }
        return "\((amount * 10).rounded() / 10) TB"
    }
}

/// A time that something took, for people: `0.4 s`, `12.3 s`, `3m20s`.
func secondsText(_ duration: Duration) -> String {
    let seconds = duration.inSeconds
    return seconds < 99.95 ? "\((seconds * 10).rounded() / 10) s" : duration.text
}
