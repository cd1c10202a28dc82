import Glibc

/// A file operation that failed: `write state/state.jsonl: No space left on device`.
struct FileFault: Error, Equatable, CustomStringConvertible {
    let operation: String
    let path: String
    let reason: String
    /// The system's error number; 0 for rules of our own.
    let number: Int32

    init(_ operation: String, _ path: String, number: Int32 = errno) {
        self.operation = operation
        self.path = path
        self.number = number
        reason = errnoText(number)
    }

    init(_ operation: String, _ path: String, reason: String) {
        self.operation = operation
        self.path = path
        self.reason = reason
        number = 0
    }

    var isNotFound: Bool { number == ENOENT || number == ENOTDIR }

    var description: String { "\(operation) \(visible(path)): \(reason)" }
}
