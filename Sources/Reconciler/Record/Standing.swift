/// How one image stands after a pass.
enum Standing: Sendable, Equatable {
    case inLine
    /// It was built, copied or put back in this pass.
    case converged
    /// A rule of its own holds it back.
    case waiting(why: String)
    case paused
    case failing(why: String)
    /// The pass ended before its turn.
    case unfinished
}
