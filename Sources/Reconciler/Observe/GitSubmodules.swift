import Glibc

/// The submodules of a source, brought into a build context that was exported without them.
struct GitSubmodules: Sendable {
    /// The folder of our copies of submodules' repositories.
    let copies: String
    let limits: GitRepository.Limits

    /// Submodules may have submodules, but not for ever.
    private static let deepest = 5

    /// Puts each submodule in the context at its place below `top`, as the commit has it.
    ///
    /// An address comes from a file of the repository, so it has to pass all that an entry's own has to; relative ones
    /// are relative to the repository's. `work` is a folder of the caller's own.
    func export(
        of repository: GitRepository,
        _ context: RepositoryPath,
        _ commit: GitCommit,
        to top: String,
        work: String,
        depth: Int = 0
    ) async throws {
        let links = try await links(in: repository, context, commit)
        if links.isEmpty { return }
        guard depth < Self.deepest else {
            throw GitFault("\(repository.url): submodules are nested more than \(Self.deepest) deep")
        }
        let addresses = try await addresses(in: repository, commit)
        for (number, link) in links.enumerated() {
            guard let written = addresses[link.path.description] else {
                throw GitFault("\(repository.url): .gitmodules names no url for \(link.path)")
            }
            let url = try address(written, of: link.path, in: repository)
            let module = GitRepository(repository.git, url, in: copies)
            switch await module.fetch([.commit(link.id)], limits)[.commit(link.id)] {
            case .present?: break
            case .unknown(let why)?: throw GitFault("submodule \(link.path): \(why)")
            case .absent?, nil: throw GitFault("submodule \(link.path): \(url) has no commit \(link.id.short)")
            }
            let folder = "\(work)/\(number)"
            let (found, everything) = (try await module.commit(link.id), ContextQuery(context: .top, dockerfile: .top))
            let exported = try await module.export(everything, of: found, to: folder)
            try await export(of: module, .top, found, to: exported.folder, work: folder + "/nested", depth: depth + 1)
            let place = "\(top)/\(link.path)"
            try removeTree(place)
            guard rename(exported.folder, place) == 0 else { throw FileFault("rename", exported.folder) }
            let above = String(place[..<(place.lastIndex(of: "/") ?? place.endIndex)])
            try setTime(of: above, time_t(commit.time))
        }
    }

    /// Where commits of other repositories stand in the context.
    private func links(
        in repository: GitRepository,
        _ context: RepositoryPath,
        _ commit: GitCommit
    ) async throws(GitFault) -> [(path: RepositoryPath, id: ObjectID)] {
        let paths = context == .top ? [] : ["--", context.description + "/"]
        let answer = try await repository.read(
            ["ls-tree", "-r", "-l", "-z", "--full-tree", commit.id.description] + paths
        )
        return answer.split(separator: 0).compactMap { line in
            guard line.starts(with: "160000 ".utf8),
                let (path, entry) = TreeEntry.read(String(decoding: line, as: UTF8.self)), entry.kind == .submodule
            else { return nil }
            return (path, entry.id)
        }
    }

    /// The addresses that `.gitmodules` of the commit gives, by path (gitmodules(5)).
    private func addresses(in repository: GitRepository, _ commit: GitCommit) async throws(GitFault) -> [String: String]
    {
        let answer = try await repository.read(["config", "--blob", "\(commit.id):.gitmodules", "--list", "-z"])
        var members: [String: [String: String]] = [:]
        for entry in answer.split(separator: 0) {
            let halves = String(decoding: entry, as: UTF8.self).split(separator: "\n", maxSplits: 1)
            guard halves.count == 2, halves[0].hasPrefix("submodule."), let dot = halves[0].lastIndex(of: ".") else {
                continue
            }
            members[String(halves[0][..<dot]), default: [:]][String(halves[0][dot...].dropFirst())] = String(halves[1])
        }
        let pairs = members.values.compactMap { member in
            member["path"].flatMap { path in member["url"].map { (path, $0) } }
        }
        return Dictionary(pairs) { first, _ in first }
    }

    private func address(
        _ written: String,
        of path: RepositoryPath,
        in repository: GitRepository
    ) throws(GitFault) -> GitURL {
        var text = written
        if text.hasPrefix("./") || text.hasPrefix("../") {
            var base = repository.url.address[...]
            while base.hasSuffix("/") { base = base.dropLast() }
            while text.hasPrefix("./") || text.hasPrefix("../") {
                let isUp = text.hasPrefix("../")
                text = String(text.dropFirst(isUp ? 3 : 2))
                if isUp, let slash = base.lastIndex(where: { $0 == "/" || $0 == ":" }) {
                    base = base[slash] == ":" ? base[...slash] : base[..<slash]
                }
            }
            text = base.hasSuffix(":") ? base + text : base + "/" + text
        }
        do throws(Malformed) {
            let url = try GitURL(text)
            guard url.transport != .configuration else { throw Malformed("\(quoted(written)) is no git URL") }
            return url
        } catch {
            throw GitFault("submodule \(path): \(error.message)")
        }
    }
}
