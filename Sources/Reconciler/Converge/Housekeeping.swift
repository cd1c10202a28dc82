/// What is cleared away after a pass, when nothing is built.
struct Housekeeping: Sendable {
    /// The folder of our bare copies.
    let repositories: String
    /// The folder of the storages of buildah and podman.
    let builder: String
    let floor: ByteCount
    let log: Log

    /// The most that the storages of the builders may take.
    static let largestStorage = ByteCount(bytes: 10_000_000_000)

    /// Removes the copies of sources that nobody names any more; `named` are the folders that stay.
    func removeRepositories(but named: Set<String>) {
        for name in (try? listFolder(repositories)) ?? [] where !named.contains("\(repositories)/\(name)") {
            let path = "\(repositories)/\(name)"
            // Only what has the form of ours: a folder with a lock in it.
            guard (try? fileKind("\(path)/\(RepositoryLock.name)")) == .file else { continue }
            do {
                try removeTree(path)
                log("git removed \(name), which nothing is built from any more")
            } catch {
                log("git \(name) cannot be removed: \(error)")
            }
        }
    }

    /// Why the builders' storage is to be emptied, if it is.
    func reasonToEmptyStorage() async -> String? {
        guard (try? fileKind(builder)) == .folder else { return nil }
        if let why = lackOfSpace(at: builder, floor: floor) { return why }
        let measured = await Children.run(Command("du", ["-skx", builder]), limit: .seconds(120))
        guard let number = measured.output.lines.first?.prefix(while: \.isNumber), let kib = Int64(number),
            kib < Int64.max / 1_024
        else { return nil }
        let size = ByteCount(bytes: kib * 1_024)
        return size < Self.largestStorage ? nil : "it takes \(size), more than \(Self.largestStorage)"
    }
}
