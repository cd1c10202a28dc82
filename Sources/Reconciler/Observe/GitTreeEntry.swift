/// One line of git-ls-tree(1).
struct TreeEntry: Sendable, Equatable {
    enum Kind: Sendable {
        case tree
        case file
        case link
        case submodule
    }

    let kind: Kind
    let id: ObjectID
    /// In bytes; nil for folders and submodules.
    let size: Int?

    /// Reads `MODE TYPE ID SIZE\tPATH`; nil for anything else.
    static func read(_ line: String) -> (RepositoryPath, TreeEntry)? {
        let halves = line.split(separator: "\t", maxSplits: 1)
        let fields = halves.first?.split(separator: " ") ?? []
        guard halves.count == 2, fields.count == 4, let id = try? ObjectID(fields[2]),
            let path = try? RepositoryPath(String(halves[1]))
        else { return nil }
        let kind: Kind
        switch fields[0] {
        case "040000": kind = .tree
        case "120000": kind = .link
        case "160000": kind = .submodule
        default: kind = .file
        }
        return (path, TreeEntry(kind: kind, id: id, size: Int(fields[3])))
    }
}

extension TreeEntry.Kind: CustomStringConvertible {
    var description: String {
        switch self {
        case .tree: "a folder"
        case .file: "a file"
        case .link: "a symbolic link"
        case .submodule: "a submodule"
        }
    }
}
