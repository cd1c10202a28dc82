/// A text that is not what its place asks for; `message` says what is wrong and what would be right.
struct Malformed: Error, Equatable, CustomStringConvertible {
    let message: String

    init(_ message: String) { self.message = message }

    var description: String { message }
}
