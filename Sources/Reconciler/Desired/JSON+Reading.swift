extension JSON {
    /// The text of a string.
    func text() throws(Malformed) -> String {
        if let string { return string }
        throw isNo((try? scalarText()).map { "it in quotes: \(quoted($0))" } ?? "a string")
    }

    func flag() throws(Malformed) -> Bool {
        guard let bool else { throw isNo("true or false") }
        return bool
    }

    /// A whole number, not below `least`.
    func count(from least: Int) throws(Malformed) -> Int {
        guard let int, (least...1_000_000).contains(int) else { throw isNo("a whole number from \(least) on") }
        return int
    }

    func elements() throws(Malformed) -> [JSON] {
        guard let array else { throw isNo("a list: [ … ]") }
        return array
    }

    /// A duration as text, at least one second.
    func duration() throws(Malformed) -> Duration {
        guard let string else { throw isNo("a duration in quotes, such as \"5m\"") }
        return try Duration(text: string)
    }

    /// The text of a scalar; numbers stay as they are written, so that `1.20` does not become `1.2`.
    func scalarText() throws(Malformed) -> String {
        switch value {
        case .string(let text), .number(let text): text
        case .bool(let flag): flag ? "true" : "false"
        case .null, .array, .object: throw isNo("a string")
        }
    }

    /// What to throw when the value is of another type than its place asks for.
    func isNo(_ cure: String) -> Malformed {
        switch value {
        case .string(let text): Malformed("\(quoted(withoutUserInformation(text))) is a string; write \(cure)")
        case .number(let text): Malformed("\(shortened(text)) is a number; write \(cure)")
        case .bool(let flag): Malformed("\(flag) is a truth value; write \(cure)")
        case .null: Malformed("null is no value here; write \(cure)")
        case .array: Malformed("this is a list; write \(cure)")
        case .object: Malformed("this is an object; write \(cure)")
        }
    }
}
