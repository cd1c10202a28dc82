import Glibc

/// A build context on disk.
struct ExportedContext: Sendable, Equatable {
    let folder: String
    /// In the context, or beside it when the repository has it elsewhere.
    let dockerfile: String
}

extension GitRepository {
    /// Writes a context as it is in `commit` below the folder `work`, which is to be new and the caller's to remove.
    ///
    /// The folder holds exactly what git has: attributes of the whole repository apply, file times are the commit's and
    /// rights are 0644 or 0755 whatever the umask, so that the same commit always gives the same layers. Filters run
    /// only if the service account's git configuration has them; a pointer of git-lfs that no filter replaced is
    /// refused.
    func export(_ query: ContextQuery, of commit: GitCommit, to work: String) async throws -> ExportedContext {
        try createFolder(work + "/no-worktree")
        let top = work + "/tree"
        let folder = query.context == .top ? top : "\(top)/\(query.context)"
        try createFolder(folder)
        try await checkOut(query.context, of: commit, to: top + "/", index: work + "/index", in: work)
        for name in ["index", "no-worktree"] { try removeTree("\(work)/\(name)") }
        if let pointer = try settle(folder, time: time_t(commit.time)) {
            throw GitFault("\(url): \(visible(pointer)) is a git-lfs pointer; install git-lfs and run git lfs install")
        }
        try refuseLinks(query, in: folder, top: top)
        let inside = query.context == .top ? "" : "\(query.context)/"
        if query.dockerfile.description.hasPrefix(inside) {
            return ExportedContext(folder: folder, dockerfile: "\(top)/\(query.dockerfile)")
        }
        let content = try await read(
            ["cat-file", "blob", "\(commit.id):\(query.dockerfile)"],
            atMost: Self.dockerfileLimit
        )
        try writeFile(work + "/Dockerfile", content)
        return ExportedContext(folder: folder, dockerfile: work + "/Dockerfile")
    }

    /// Builders follow a link in place of an ignore file, to wherever it leads on this machine.
    private func refuseLinks(_ query: ContextQuery, in folder: String, top: String) throws {
        let names = [".dockerignore", ".containerignore"]
        for path in names.map({ "\(folder)/\($0)" }) + names.map({ "\(top)/\(query.dockerfile)\($0)" }) {
            var answer = stat()
            guard lstat(path, &answer) == 0, answer.st_mode & S_IFMT != S_IFREG else { continue }
            let name = visible(String(path.dropFirst(top.count + 1)))
            throw GitFault("\(url): \(name) is no plain file; builders would follow a link out of the repository")
        }
    }

    /// The whole commit goes into the index and only the context's paths come out of it: reading the context's tree
    /// alone would lose the `.gitattributes` above it.
    private func checkOut(
        _ context: RepositoryPath,
        of commit: GitCommit,
        to prefix: String,
        index: String,
        in work: String
    ) async throws(GitFault) {
        let variables = ["GIT_INDEX_FILE": index]
        let settings = [
            "--work-tree=\(work)/no-worktree", "-c", "core.autocrlf=false", "-c", "core.eol=lf", "-c",
            "core.symlinks=true",
            "-c", "core.sparseCheckout=false",
            // Where git-lfs asks for its objects.
            "-c", "remote.origin.url=\(url.address)",
        ]
        _ = try await read(["read-tree", commit.id.description], settings, variables)
        let paths = context == .top ? [] : ["--", context.description]
        let names = try await read(["ls-files", "-z", "--cached"] + paths, settings, variables)
        if names.isEmpty { return }
        let arguments = ["checkout-index", "-z", "--stdin", "--prefix=\(prefix)"]
        _ = try await read(arguments, settings, variables, input: names)
    }
}

/// Gives everything below `folder` the rights and the time that do not depend on this machine; returns the path of a
/// git-lfs pointer if there is one.
private func settle(_ folder: String, time: time_t) throws(FileFault) -> String? {
    for name in try listFolder(folder) {
        let path = "\(folder)/\(name)"
        var answer = stat()
        guard lstat(path, &answer) == 0 else { throw FileFault("stat", path) }
        if answer.st_mode & S_IFMT == S_IFDIR {
            if let pointer = try settle(path, time: time) { return pointer }
            continue
        }
        if answer.st_mode & S_IFMT == S_IFREG {
            if answer.st_size <= 1_024, try isPointer(path) { return path }
            let mode: mode_t = answer.st_mode & 0o100 == 0 ? 0o644 : 0o755
            guard chmod(path, mode) == 0 else { throw FileFault("chmod", path) }
        }
        try setTime(of: path, time)
    }
    guard chmod(folder, 0o755) == 0 else { throw FileFault("chmod", folder) }
    try setTime(of: folder, time)
    return nil
}

func setTime(of path: String, _ time: time_t) throws(FileFault) {
    let times = [timespec(tv_sec: time, tv_nsec: 0), timespec(tv_sec: time, tv_nsec: 0)]
    guard utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW) == 0 else { throw FileFault("set time of", path) }
}

/// The first line of every pointer file (git-lfs specification, "The Pointer").
private func isPointer(_ path: String) throws(FileFault) -> Bool {
    try readFile(path, atMost: 1_024).starts(with: Array("version https://git-lfs.github.com/spec/v1\n".utf8))
}
