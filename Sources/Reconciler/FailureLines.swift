/// The lines that tell of failures in one pass; a reason that many images share is given once.
struct FailureLines {
    /// The reasons that were given, each with the images that failed for it later.
    private var said: [String: [String]] = [:]

    /// The line for images that failed together; nil if their reason was given before, and `rest` will name them.
    mutating func line(_ drifts: [Drift], _ why: String, hasOutput: Bool) -> String? {
        guard let first = drifts.first else { return nil }
        let names = drifts.map(\.image.description)
        if !hasOutput, said[why] != nil {
            said[why]? += names
            return nil
        }
        said[why] = said[why] ?? []
        return "\(names.joined(separator: ", ")) \(first.verdict.attempt) failed: \(why)"
    }

    /// The lines that are left to say when the pass is over.
    mutating func rest() -> [String] {
        defer { said = [:] }
        return said.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }.map { why, names in
            "\(names.joined(separator: ", ")) failed too: \(why)"
        }
    }
}
