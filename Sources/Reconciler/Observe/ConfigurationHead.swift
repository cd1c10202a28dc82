/// The configuration repository as one pass uses it.
struct ConfigurationHead: Sendable, Equatable {
    /// The checkout's git folder, absolute.
    let gitFolder: String
    /// The commit whose files `.` means in build.json.
    let commit: ObjectID
    /// The branch that is checked out; empty if none is.
    let branch: String
    /// The address of its remote, without user and password; nil if it has none.
    let remote: String?
}
