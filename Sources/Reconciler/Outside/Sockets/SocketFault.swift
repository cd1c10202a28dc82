/// A failure of the sockets; `message` is one line that says what could not be done and why.
struct SocketFault: Error, Equatable, CustomStringConvertible {
    let message: String

    init(_ message: String) { self.message = message }

    /// `message` with what the system says about `code`.
    init(_ message: String, code: Int32) { self.message = "\(message): \(errnoText(code))" }

    var description: String { message }
}
