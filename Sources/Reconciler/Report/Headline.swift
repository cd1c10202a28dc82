/// How things stand, in one line: what is wrong, the worst first, or plainly that nothing is.
struct Headline {
    /// The condition's word that gives the line its colour.
    let state: String
    let text: String

    init(_ board: StatusBoard) {
        let (counts, all) = (board.counts, board.images.count)
        let (failing, unknown) = (counts["failing"] ?? 0, counts["unknown"] ?? 0)
        var wrong = board.troubles.all.filter { $0.subject != .damage }.map(\.subject.words)
        if !board.faults.isEmpty { wrong.append("desired/ is invalid") }
        if let free = board.diskFree, free.bytes < board.facts.diskFloor.bytes { wrong.append("the disk is full") }
        if failing > 0 { wrong.append("\(failing) of \(count(all, "image")) \(failing == 1 ? "fails" : "fail")") }
        let isSerious = !wrong.isEmpty
        if unknown > 0 { wrong.append("\(unknown) of \(count(all, "image")) could not be looked at") }
        wrong += board.troubles.all.filter { $0.subject == .damage }.map(\.subject.words)
        let inLine = counts["in-line"] ?? 0
        if let first = wrong.first {
            state = isSerious ? "failing" : "unknown"
            // The name of a folder stays as it is.
            let begin = first.hasPrefix("desired/") ? first : first.prefix(1).uppercased() + first.dropFirst()
            text = ([begin] + wrong.dropFirst()).joined(separator: "; ")
        } else if all == 0 {
            (state, text) = ("paused", "Nothing is desired yet")
        } else {
            state = counts["working"].map { $0 > 0 } ?? false ? "working" : "in-line"
            text = inLine == all ? "All \(count(all, "image")) in line" : "\(inLine) of \(count(all, "image")) in line"
        }
    }

    var json: JSON { JSON(members: [("state", .string(state)), ("text", .string(text))]) }
}

extension Trouble.Subject {
    fileprivate var words: String {
        switch self {
        case .start: "the service cannot begin"
        case .registry: "the registry does not answer"
        case .state: "the state file cannot be written"
        case .configuration: "the config repo cannot be looked at"
        case .damage: "a damaged state file was set aside"
        }
    }

    /// What it is about, for a list.
    var name: String {
        switch self {
        case .start: "Service"
        case .registry: "Registry"
        case .state, .damage: "State file"
        case .configuration: "Config repo"
        }
    }
}
