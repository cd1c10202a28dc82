/// One thing that is wrong in `desired/`, said in one line: `desired/build.json:12: test-js: unknown key "pth"`.
struct ConfigurationFault: Sendable, Hashable, CustomStringConvertible {
    /// Counted from 1; a column is there only where the text stops being JSON.
    struct Position: Sendable, Hashable {
        let line: Int
        let column: Int?
    }

    /// The file as people know it, `desired/build.json`, or `desired` itself.
    let file: String
    /// Nil if the fault is the whole file's.
    let position: Position?
    /// The entry's name as written; nil outside of all entries.
    let entry: String?
    let message: String

    var line: Int? { position?.line }

    /// `desired/build.json:12:8`, as far as it is known.
    var place: String {
        file + (position.map { ":\($0.line)" } ?? "") + (position?.column.map { ":\($0)" } ?? "")
    }

    var description: String {
        place + ": " + (entry.map { ($0.isEmpty ? "\"\"" : shortened($0)) + ": " } ?? "") + message
    }
}

/// Everything that is wrong in `desired/`, by file and line; nothing of it may be used.
struct InvalidDesired: Error, Sendable, Hashable, CustomStringConvertible {
    let faults: [ConfigurationFault]

    /// One fault a line.
    var description: String { faults.map(\.description).joined(separator: "\n") }
}
