/// A request to look before it is time.
enum Nudge: Equatable, Sendable, CustomStringConvertible {
    /// Look at everything there is.
    case everything
    /// Look at these repositories, named by `GitURL.identity`: several spellings of one, or several of them.
    ///
    /// They are what a stranger has sent: most may be nothing that is desired.
    case repositories(Set<String>)

    /// Makes this nudge stand for the other one too; more than `limit` repositories are everything.
    mutating func merge(_ other: Nudge, limit: Int) {
        guard case .repositories(var identities) = self, case .repositories(let others) = other else {
            self = .everything
            return
        }
        // Held here alone while it grows, or it would be copied for every nudge.
        self = .everything
        identities.formUnion(others)
        if identities.count <= limit { self = .repositories(identities) }
    }

    /// For the log: control characters are escaped, and no more than a few names are told.
    var description: String {
        guard case .repositories(let identities) = self else { return "everything" }
        let shown = identities.sorted().prefix(4).map { visible(String($0.prefix(200))) }
        let rest = identities.count - shown.count
        return shown.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
    }
}
