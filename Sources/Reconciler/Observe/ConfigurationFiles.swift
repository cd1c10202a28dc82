extension ConfigurationCheckout {
    /// Takes the files of `desired/` from a commit, as a checkout of it would have them.
    ///
    /// Symbolic links are followed within the commit (git-cat-file(1), `--follow-symlinks`).
    func files(of commit: ObjectID) async throws(GitFault) -> DesiredFiles {
        let folder = "\(commit):\(prefix)desired"
        let entry = try await entry(folder)
        var files = DesiredFiles(place: "commit \(commit.short)", hasFolder: entry?.kind == "tree")
        guard files.hasFolder else { return files }
        let listing = try await read(["ls-tree", "-z", "--name-only", folder])
        let names = listing.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        files.others = names.filter { !DesiredFiles.names.contains($0) }
        for name in DesiredFiles.names {
            guard let entry = try await self.entry("\(folder)/\(name)") else { continue }
            if entry.kind == "dangling" {
                files.contents[name] = .failure(
                    Malformed("is a symbolic link that leads nowhere; mend it or remove it")
                )
            } else if entry.kind != "blob" {
                files.contents[name] = .failure(Malformed("is no regular file"))
            } else if entry.size > DesiredReader.largestFile {
                files.contents[name] = .failure(Malformed("larger than 1 MiB, which is the most that is read"))
            } else {
                files.contents[name] = .success(try await read(["cat-file", "blob", entry.id]))
            }
        }
        return files
    }

    /// What a name leads to; nil if to nothing.
    ///
    /// A link out of the repository is of the kind `symlink`, one to nothing of the kind `dangling`.
    private func entry(_ name: String) async throws(GitFault) -> (id: String, kind: Substring, size: Int)? {
        let input = Array("\(name)\n".utf8)
        let answer = try await read(["cat-file", "--batch-check", "--follow-symlinks"], input: input)
        let line = String(decoding: answer, as: UTF8.self).prefix { $0 != "\n" }
        if line.hasSuffix(" missing") { return nil }
        if line.hasPrefix("dangling ") || line.hasPrefix("notdir ") { return ("", "dangling", 0) }
        let fields = line.split(separator: " ")
        guard fields.count == 3, let size = Int(fields[2]) else { return ("", "symlink", 0) }
        return (String(fields[0]), fields[1], size)
    }
}
