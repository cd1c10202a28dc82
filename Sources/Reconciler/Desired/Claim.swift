/// An entry's claim to one tag of the kept registry; two claims to the same tag would overwrite each other for ever.
struct Claim {
    let repository: RepositoryName
    /// A tag or the text of a template; templates are compared as text.
    let tag: String
    /// The name of the entry that makes it.
    let entry: String
    /// Where in the file it is made.
    let offset: Int

    /// Reports every claim to a tag that an earlier one, of the same file or one before, has.
    static func check(_ files: [DesiredFile]) {
        var first: [String: (file: DesiredFile, claim: Claim)] = [:]
        for file in files {
            for claim in file.claims {
                let destination = "\(claim.repository):\(claim.tag)"
                guard let earlier = first[destination] else {
                    first[destination] = (file, claim)
                    continue
                }
                let line = "\(earlier.file.path):\(earlier.file.line(at: earlier.claim.offset))"
                file.report(
                    "\(quoted(destination)) is already what \(quoted(earlier.claim.entry)) in \(line) puts into the "
                        + "registry; give one of them another name or tag",
                    at: claim.offset,
                    entry: claim.entry
                )
            }
        }
    }
}
