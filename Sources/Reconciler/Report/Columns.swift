/// The columns that `text` takes on a terminal: two for East Asian wide characters and most emoji, none for marks.
func columns(of text: String) -> Int { text.unicodeScalars.reduce(0) { $0 + columns(of: $1) } }

/// `text` cut to that many columns, with an ellipsis if anything was cut.
func fitted(_ text: String, _ width: Int) -> String {
    guard columns(of: text) > width else { return text }
    var (kept, taken) = (String.UnicodeScalarView(), 0)
    for scalar in text.unicodeScalars {
        taken += columns(of: scalar)
        if taken > width - 1 { break }
        kept.append(scalar)
    }
    return width < 1 ? "" : String(kept) + "…"
}

/// `text` cut or filled with spaces to exactly that many columns.
func padded(_ text: String, _ width: Int) -> String {
    let cut = fitted(text, width)
    return cut + String(repeating: " ", count: max(0, width - columns(of: cut)))
}

/// `text` in lines of at most that many columns, broken between words where it can be.
func wrapped(_ text: String, _ width: Int) -> [String] {
    guard columns(of: text) > width else { return [text] }
    var (lines, line) = ([String](), "")
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
        let joined = line.isEmpty ? String(word) : line + " " + word
        if columns(of: joined) <= width {
            line = joined
            continue
        }
        if !line.isEmpty { lines.append(line) }
        line = String(word)
        while columns(of: line) > width {
            var (taken, head) = (0, String.UnicodeScalarView())
            for scalar in line.unicodeScalars {
                taken += columns(of: scalar)
                if taken > width, !head.isEmpty { break }
                head.append(scalar)
            }
            lines.append(String(head))
            line = String(String.UnicodeScalarView(line.unicodeScalars.dropFirst(head.count)))
        }
    }
    return line.isEmpty ? lines : lines + [line]
}

/// The ranges follow the wide and fullwidth classes of Unicode (UAX #11).
private func columns(of scalar: Unicode.Scalar) -> Int {
    if scalar.isASCII { return 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
        0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
        return 2
    default: return 1
    }
}
