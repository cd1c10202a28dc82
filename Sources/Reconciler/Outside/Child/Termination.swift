/// How a child process ended.
enum Termination: Sendable, Equatable {
    case exited(Int32)
    case signalled(Int32)
    /// Its time was over; it was terminated, then killed.
    case timedOut(after: Duration)
    /// The task that waited for it was cancelled; it was terminated, then killed.
    case cancelled
    /// A bound of the caller's was passed; it was terminated, then killed.
    case stopped(String)
    /// It never ran; the reason is for people.
    case notStarted(String)

    var isSuccess: Bool { self == .exited(0) }
}

extension Termination: CustomStringConvertible {
    var description: String {
        switch self {
        case .exited(let status): "exit status \(status)"
        case .signalled(let signal): "ended by signal \(signal)"
        case .timedOut(let limit): "ended after its time limit of \(limit.text)"
        case .cancelled: "cancelled"
        case .stopped(let reason), .notStarted(let reason): reason
        }
    }
}

/// What is left of a child process that has ended.
struct Finished: Sendable {
    let termination: Termination
    let output: Captured
    let errors: Captured
}

/// A command that did not succeed.
struct CommandFailure: Error, CustomStringConvertible {
    /// The command for people, without secrets.
    let command: String
    let termination: Termination
    /// The line of its output that says most, without secrets and control characters; may be empty.
    let said: String

    var description: String { "\(command): \(termination)" + (said.isEmpty ? "" : ": \(said)") }
}
