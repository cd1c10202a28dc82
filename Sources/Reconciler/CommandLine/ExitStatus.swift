/// How the program ends, for scripts and cron.
enum ExitStatus: Int32, Sendable {
    case done = 0
    /// Something failed or could not be looked at; standard error names it.
    case failed = 1
    /// Wrong arguments, or `desired/` is invalid; nothing was touched.
    case invalid = 2
    /// `plan` found drift.
    case drift = 3
    /// Another `reconcile` holds the state folder; nothing was touched (`EX_TEMPFAIL` of sysexits.h).
    case held = 75
}
