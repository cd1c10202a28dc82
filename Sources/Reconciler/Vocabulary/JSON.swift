/// A JSON value (RFC 8259) that remembers where in its text it stands.
///
/// Foundation's decoder keeps neither lines nor duplicate keys, and both are needed to tell people what is wrong with
/// their files; so everything that is read here, files and answers alike, goes through this one strict reader.
struct JSON: Sendable {
    enum Value: Sendable {
        case null
        case bool(Bool)
        /// The number's text; it is converted only when asked for, and then without trapping.
        case number(String)
        case string(String)
        case array([JSON])
        /// The members in the order of the text.
        case object([Member])
    }

    struct Member: Sendable {
        let key: String
        /// The byte offset of the key's opening quote.
        let offset: Int
        let value: JSON
    }

    let value: Value
    /// The byte offset of the value's first byte; 0 for values made in memory.
    let offset: Int

    init(_ value: Value, at offset: Int = 0) {
        self.value = value
        self.offset = offset
    }
}

extension JSON {
    var string: String? {
        guard case .string(let text) = value else { return nil }
        return text
    }

    var bool: Bool? {
        guard case .bool(let flag) = value else { return nil }
        return flag
    }

    /// A whole number that fits; nil for fractions, exponents and anything larger.
    var int: Int? {
        guard case .number(let text) = value else { return nil }
        return Int(text)
    }

    /// A number that is finite as a `Double`; nil for `1e999`, which is JSON all the same.
    var double: Double? {
        guard case .number(let text) = value, let number = Double(text), number.isFinite else { return nil }
        return number
    }

    var array: [JSON]? {
        guard case .array(let elements) = value else { return nil }
        return elements
    }

    var members: [Member]? {
        guard case .object(let members) = value else { return nil }
        return members
    }

    /// The member `key` of an object; nil if there is none or this is no object.
    subscript(key: String) -> JSON? { members?.first { $0.key == key }?.value }

    /// What the value is, for an error line: `a string`.
    var kind: String {
        switch value {
        case .null: "null"
        case .bool: "a truth value"
        case .number: "a number"
        case .string: "a string"
        case .array: "a list"
        case .object: "an object"
        }
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByArrayLiteral
{
    init(stringLiteral value: String) { self.init(.string(value)) }
    init(booleanLiteral value: Bool) { self.init(.bool(value)) }
    init(integerLiteral value: Int) { self.init(.number(String(value))) }
    init(arrayLiteral elements: JSON...) { self.init(.array(elements)) }

    static func string(_ text: some CustomStringConvertible) -> JSON { JSON(.string(text.description)) }
    static func number(_ number: Int) -> JSON { JSON(.number(String(number))) }

    /// A number with its fraction, rounded to thousandths; null if it is not finite.
    static func number(_ number: Double) -> JSON {
        guard number.isFinite, abs(number) < 1e15 else { return JSON(.null) }
        let rounded = (number * 1_000).rounded() / 1_000
        return JSON(.number(rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)))
    }

    static func list(_ elements: some Sequence<JSON>) -> JSON { JSON(.array(Array(elements))) }

    /// An object of those members that have a value, in the given order.
    init(members: [(String, JSON?)]) {
        self.init(.object(members.compactMap { key, value in value.map { Member(key: key, offset: 0, value: $0) } }))
    }
}
