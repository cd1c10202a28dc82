/// What keeps the program from making passes, or from following what is asked of it; no image is to blame.
struct Trouble: Sendable, Equatable {
    /// What is wrong, the worst first.
    enum Subject: String, Sendable, CaseIterable {
        /// It cannot begin.
        case start
        /// The kept registry does not answer.
        case registry
        /// The state file cannot be written.
        case state
        /// The config repo cannot be looked at.
        case configuration
        /// A damaged state file was set aside, for a person to look at and remove.
        case damage
    }

    let why: String
    /// When it began.
    let since: Moment
}

/// All troubles there are, each dated by when it began.
struct Troubles: Sendable, Equatable {
    private var known: [Trouble.Subject: Trouble] = [:]
    /// What an earlier run suffered from; what goes on has not begun anew.
    private var former: [Trouble.Subject: Trouble] = [:]

    /// The worst first.
    var all: [(subject: Trouble.Subject, trouble: Trouble)] {
        Trouble.Subject.allCases.compactMap { subject in known[subject].map { (subject, $0) } }
    }

    /// One line for people; nil if all is well.
    var why: String? { known.isEmpty ? nil : all.map(\.trouble.why).joined(separator: "; ") }

    /// When the first of them began.
    var since: Moment? { known.values.map(\.since).min() }

    /// Takes up what is wrong with `subject` by now; nil ends it.
    mutating func note(_ why: String?, about subject: Trouble.Subject, at now: Moment) {
        let since = known[subject]?.since ?? former[subject]?.since
        known[subject] = why.map { Trouble(why: $0, since: since ?? now) }
        former[subject] = nil
    }

    /// Takes up what an earlier run wrote.
    mutating func recall(_ json: JSON?) {
        for one in json?.array ?? [] {
            guard let subject = one["about"]?.string.flatMap({ Trouble.Subject(rawValue: $0) }),
                let why = one["why"]?.string, let since = one["since"]?.int
            else { continue }
            former[subject] = Trouble(why: why, since: Moment(seconds: Int64(clamping: min(max(since, 0), 1 << 40))))
        }
    }
}
