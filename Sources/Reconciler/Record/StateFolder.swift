import Glibc

/// The state folder: parts of it are emptied and its rights narrowed, so it must be one of this program's own.
struct StateFolder: Sendable {
    let path: String

    enum Standing: Sendable, Equatable {
        /// There is none yet, or it is empty.
        case new
        /// An earlier run made it.
        case ours
        case foreign
    }

    /// Makes the folder if there is none, and marks it as ours.
    ///
    /// Throws `ForeignFolder` if it holds anything but state, or the configuration folder `config` itself.
    func open(apartFrom config: String) throws {
        try check(apartFrom: config)
        try createPrivateFolder(path)
        try appendToFile(lock, [])
    }

    /// Throws what `open` would throw, and changes nothing.
    func check(apartFrom config: String) throws {
        try checkOwner(of: path)
        if let resolved = try? resolvedPath(path), (config + "/").hasPrefix(resolved == "/" ? "/" : resolved + "/") {
            throw ForeignFolder(path: path, why: "holds the config folder; name another with --state")
        }
        guard try standing() == .foreign else { return }
        throw ForeignFolder(path: path, why: "is not empty and no state folder of reconcile; name another with --state")
    }

    /// Whose it is, by the files that every state folder has; any one of them will do, as each may be deleted.
    func standing() throws(FileFault) -> Standing {
        guard let names = try folderContents(path), !names.isEmpty else { return .new }
        if isFile(path + "/state.jsonl") || isFile(path + "/desired/SHA256SUMS") { return .ours }
        if isFile(lock), let bytes = try? readFile(lock, atMost: 64),
            bytes.allSatisfy({ $0 == 10 || (48...57).contains($0) })
        {
            return .ours
        }
        let repositories = (try? listFolder(path + "/git")) ?? []
        return repositories.contains { isFile("\(path)/git/\($0)/reconcile-lock") } ? .ours : .foreign
    }

    private var lock: String { path + "/lock" }
}

private func isFile(_ path: String) -> Bool { (try? fileKind(path)) == .file }
