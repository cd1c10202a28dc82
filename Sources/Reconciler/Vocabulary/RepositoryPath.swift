/// A place inside a git repository, relative to its top; the top itself is the empty path.
struct RepositoryPath: Hashable, Sendable, CustomStringConvertible {
    /// The components joined by `/`, without `.` and `..`.
    let description: String

    static let top = RepositoryPath(known: "")

    /// Reads a path relative to `folder`; throws `Malformed` if it is absolute or leaves the repository.
    init(_ text: String, in folder: RepositoryPath = .top) throws(Malformed) {
        guard text.utf8.first != UInt8(ascii: "/") else {
            throw Malformed("\(quoted(text)) is absolute; write it relative to the repository")
        }
        guard text == visible(text), !hidesPunctuation(text) else {
            throw Malformed("\(quoted(text)) has control characters, or marks on a dot or slash")
        }
        var components = folder.description.split(separator: "/")
        for component in text.split(separator: "/") where component != "." {
            if component == ".." {
                guard components.popLast() != nil else { throw Malformed("\(quoted(text)) leaves its repository") }
            } else if component.lowercased() == ".git" {
                throw Malformed("\(quoted(text)) leads into git's own folder")
            } else {
                components.append(component)
            }
        }
        description = components.joined(separator: "/")
    }

    private init(known: String) { description = known }
}

/// The name of a git branch, without `refs/heads/`.
struct BranchName: Hashable, Sendable, CustomStringConvertible {
    let description: String

    /// Reads a name under the rules of git-check-ref-format(1), and refuses a leading dash, which git would read as an
    /// option.
    init(_ text: String) throws(Malformed) {
        let hasForbidden =
            text != visible(text) || hidesPunctuation(text)
            || text.unicodeScalars.contains { " ~^:?*[\\".unicodeScalars.contains($0) }
        let components = text.split(separator: "/", omittingEmptySubsequences: false)
        let areFine = components.allSatisfy {
            !$0.isEmpty && !$0.hasPrefix(".") && !$0.hasPrefix("-") && !$0.hasSuffix(".lock")
        }
        guard !hasForbidden, areFine, !text.contains(".."), !text.contains("@{"), text != "@", !text.hasSuffix(".")
        else {
            throw Malformed("\(quoted(text)) is no branch name; see git-check-ref-format(1)")
        }
        description = text
    }
}
