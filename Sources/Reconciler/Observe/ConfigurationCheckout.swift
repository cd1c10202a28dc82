/// The configuration folder as git sees it: a work tree, or a folder in one.
struct ConfigurationCheckout: Sendable {
    let git: Git
    /// The folder of this work tree's own git files, absolute.
    let gitFolder: String
    /// The folder of what all work trees of one repository share, absolute.
    let commonFolder: String
    /// The top of the work tree, absolute.
    let top: String
    /// The configuration folder below `top`: empty, or a path with a slash at its end.
    let prefix: String
    /// The program's own folders, absolute.
    var ownFolders: [String] = []

    /// Finds the work tree that `folder` belongs to; nil if there is none.
    ///
    /// A folder inside a work tree belongs to it only if its `desired/` is committed there: a home folder that is kept
    /// in git is not the configuration repository of everything below it. Throws if git cannot tell.
    static func find(_ git: Git, folder: String) async throws(GitFault) -> ConfigurationCheckout? {
        let arguments = [
            "rev-parse", "--path-format=absolute", "--git-dir", "--git-common-dir", "--show-toplevel", "--show-prefix",
        ]
        // Without --git-dir, so that git looks for the repository and at its owner itself.
        let environment = git.local([], gitFolder: folder).environment
        let command = Command("git", arguments, environment: environment, folder: folder)
        let finished = await Children.run(command, limit: .seconds(60), groups: git.groups)
        guard finished.termination.isSuccess else {
            // A machine without git may well have a folder that is in no git either.
            var isNone = if case .notStarted = finished.termination { true } else { false }
            let said = finished.errors.text
            if said.contains("not a git repository") || said.contains("in a work tree") { isNone = true }
            if isNone, ((try? fileKind(folder + "/.git")) ?? nil) == nil { return nil }
            throw GitFault("git rev-parse in \(visible(folder))", finished)
        }
        let lines = finished.output.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.count == 5 else { throw GitFault("git rev-parse in \(visible(folder)): unexpected answer") }
        let checkout = ConfigurationCheckout(
            git: git,
            gitFolder: lines[0],
            commonFolder: lines[1],
            top: lines[2],
            prefix: lines[3]
        )
        return await checkout.isOwn ? checkout : nil
    }

    private var isOwn: Bool {
        get async {
            if prefix.isEmpty { return true }
            let listing = try? await read(["ls-tree", "--full-tree", "HEAD", "--", prefix + "desired"])
            return listing?.isEmpty == false
        }
    }

    /// A command of git on this work tree that stays on this machine and asks for no lock it could do without.
    func command(_ arguments: [String], input: [UInt8] = []) -> Command {
        let settings = ["-c", "core.fsync=all", "--work-tree=\(top)"]
        var command = git.local(settings + arguments, gitFolder: gitFolder, ["GIT_OPTIONAL_LOCKS": "0"])
        command.folder = top
        command.input = input
        return command
    }

    func run(_ arguments: [String], input: [UInt8] = []) async -> Finished {
        let command = command(arguments, input: input)
        return await Children.run(command, limit: .seconds(300), output: .first(64 << 20), groups: git.groups)
    }

    /// What a command prints; throws if it fails.
    func read(_ arguments: [String], input: [UInt8] = []) async throws(GitFault) -> [UInt8] {
        let finished = await run(arguments, input: input)
        let action = "git \(arguments[0]) in \(visible(top))"
        guard finished.termination.isSuccess else { throw GitFault(action, finished) }
        guard finished.output.dropped == 0 else { throw GitFault("\(action): the answer is too large") }
        return finished.output.bytes
    }

    /// What a command answers with its exit status, 0 or 1; throws if it has another.
    func ask(_ arguments: [String]) async throws(GitFault) -> Bool {
        let finished = await run(arguments)
        switch finished.termination {
        case .exited(0): return true
        case .exited(1): return false
        default: throw GitFault("git \(arguments[0]) in \(visible(top))", finished)
        }
    }

    /// The branch that is checked out, with its full name; nil if none is.
    func branch() async throws(GitFault) -> String? {
        let finished = await run(["symbolic-ref", "--quiet", "HEAD"])
        switch finished.termination {
        case .exited(0): return finished.output.lines.first.map(String.init)
        case .exited(1): return nil
        default: throw GitFault("git symbolic-ref in \(visible(top))", finished)
        }
    }

    /// The commit that is checked out; nil before the first one.
    func head() async throws(GitFault) -> ObjectID? {
        let finished = await run(["rev-parse", "--quiet", "--verify", "HEAD^{commit}"])
        if finished.termination == .exited(1), finished.errors.bytes.isEmpty { return nil }
        guard finished.termination.isSuccess, let line = finished.output.lines.first, let id = try? ObjectID(line)
        else { throw GitFault("git rev-parse HEAD in \(visible(top))", finished) }
        return id
    }

    /// The files git tracks that differ from the commit that is checked out, staged or not.
    func edits() async throws(GitFault) -> [String] {
        let arguments = ["status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=no"]
        let answer = try await read(arguments + ["--ignore-submodules=all"])
        return answer.split(separator: 0).map { String(decoding: $0.dropFirst(3), as: UTF8.self) }
    }

    /// The files that git tracks, below the top.
    func trackedFiles() async throws(GitFault) -> [String] {
        try await read(["ls-files", "-z", "--cached"]).split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Whether a file of the repository lies in one of the program's own folders, or stands in the place of one.
    func isOwn(_ path: String) -> Bool {
        let place = "\(top)/\(path)"
        return ownFolders.contains { place == $0 || place.hasPrefix($0 + "/") || $0.hasPrefix(place + "/") }
    }

    /// The commit that `id` is, or that it is a tag of; nil if the repository does not hold it.
    func commit(_ id: ObjectID) async -> ObjectID? {
        let finished = await run(["rev-parse", "--quiet", "--verify", "\(id)^{commit}"])
        return finished.termination.isSuccess ? finished.output.lines.first.flatMap { try? ObjectID($0) } : nil
    }
}
