/// A folder that was named to this program and holds what is somebody else's; nothing in it was touched.
struct ForeignFolder: Error, Equatable, CustomStringConvertible {
    let path: String
    /// What was seen, and what to do.
    let why: String

    var description: String { "\(visible(path)) \(why)" }
}

/// The names in a folder but for `lost+found`, which a new file system has; nil if there is no folder.
func folderContents(_ path: String) throws(FileFault) -> [String]? {
    do throws(FileFault) {
        return try listFolder(path).filter { $0 != "lost+found" }
    } catch {
        if error.isNotFound { return nil }
        throw error
    }
}
