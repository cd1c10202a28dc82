/// Arguments or an environment that say nothing the program can do; one line for standard error, exit status 2.
struct UsageError: Error, Equatable, CustomStringConvertible {
    let message: String

    init(_ message: String) { self.message = message }

    var description: String { "reconcile: " + message }
}
