extension JSON {
    /// The value on one line, without spaces, keys in the order given.
    var compact: String {
        var text = ""
        write(to: &text)
        return text
    }

    /// Appends what `compact` gives.
    func write(to text: inout some TextOutputStream) { write(to: &text, indent: nil) }

    /// The value over several lines, indented by two spaces, with a newline at the end.
    var pretty: String {
        var text = ""
        write(to: &text, indent: 0)
        return text + "\n"
    }

    private func write<Text: TextOutputStream>(to text: inout Text, indent: Int?) {
        switch value {
        case .null: text.write("null")
        case .bool(let flag): text.write(flag ? "true" : "false")
        case .number(let number): text.write(number)
        case .string(let string): JSON.quote(string, to: &text)
        case .array(let elements):
            write(elements, between: ("[", "]"), to: &text, indent: indent) { element, text, indent in
                element.write(to: &text, indent: indent)
            }
        case .object(let members):
            write(members, between: ("{", "}"), to: &text, indent: indent) { member, text, indent in
                JSON.quote(member.key, to: &text)
                text.write(indent == nil ? ":" : ": ")
                member.value.write(to: &text, indent: indent)
            }
        }
    }

    private func write<Item, Text: TextOutputStream>(
        _ items: [Item],
        between brackets: (String, String),
        to text: inout Text,
        indent: Int?,
        each: (Item, inout Text, Int?) -> Void
    ) {
        text.write(brackets.0)
        let inner = indent.map { $0 + 2 }
        for (index, item) in items.enumerated() {
            if index > 0 { text.write(",") }
            if let inner { text.write("\n" + String(repeating: " ", count: inner)) }
            each(item, &text, inner)
        }
        if let indent, !items.isEmpty { text.write("\n" + String(repeating: " ", count: indent)) }
        text.write(brackets.1)
    }

    /// Appends `text` in quotes, escaped as RFC 8259 section 7 asks; `<` too, so that a page may embed the value.
    private static func quote(_ text: String, to quoted: inout some TextOutputStream) {
        quoted.write("\"")
        defer { quoted.write("\"") }
        let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C && $0 != 0x3C && $0 < 0x7F }
        if isPlain {
            quoted.write(text)
            return
        }
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted.write("\\\"")
            case "\\": quoted.write("\\\\")
            case "\n": quoted.write("\\n")
            case "\r": quoted.write("\\r")
            case "\t": quoted.write("\\t")
            case "<", "\u{0}"..<" ", "\u{7F}"..<"\u{A0}", "\u{2028}", "\u{2029}":
                let hex = String(scalar.value, radix: 16)
                quoted.write("\\u" + String(repeating: "0", count: 4 - hex.count) + hex)
            default: quoted.write(String(scalar))
            }
        }
    }
}
