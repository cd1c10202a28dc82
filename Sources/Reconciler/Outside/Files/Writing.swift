import CLinux
import Glibc

/// Replaces or makes the file in one step that a crash cannot tear; it is on disk when this returns.
///
/// The order matters: a new file that nobody else can have opened or planted, all bytes, fsync, close,
/// rename, fsync of the folder. A file whose fsync failed is thrown away: the kernel may have dropped its pages.
/// Without `isSynced` it is as whole, but a power cut may bring the former one back: enough for what is written anew.
func writeFile(
    _ path: String,
    _ bytes: some Collection<UInt8>,
    mode: mode_t = 0o600,
    isSynced: Bool = true
) throws(FileFault) {
    try replaceFile(path, mode: mode, isSynced: isSynced) { number throws(FileFault) in
        try writeAll(bytes, to: number, path)
    }
}

/// Replaces or makes a file in the way of `writeFile`, with whatever `fill` writes to the descriptor.
func replaceFile(
    _ path: String,
    mode: mode_t,
    isSynced: Bool,
    _ fill: (Int32) throws(FileFault) -> Void
) throws(FileFault) {
    let (folderPath, name) = splitPath(path)
    let folder = try openFolder(folderPath)
    let temporary = ".\(name).\(hexadecimal((0..<8).map { _ in UInt8.random(in: 0...255) }))"
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    let number = openat(folder.number, temporary, flags, mode)
    guard number >= 0 else { throw FileFault("create", "\(folderPath)/\(temporary)") }
    do throws(FileFault) {
        do throws(FileFault) {
            // The umask may have taken bits that pages need; open(2) cannot add them.
            guard fchmod(number, mode) == 0 else { throw FileFault("chmod", path) }
            try fill(number)
            guard !isSynced || fsync(number) == 0 else { throw FileFault("fsync", path) }
        } catch {
            close(number)
            throw error
        }
        guard close(number) == 0 else { throw FileFault("close", path) }
        guard renameat(folder.number, temporary, folder.number, name) == 0 else { throw FileFault("rename", path) }
    } catch {
        unlinkat(folder.number, temporary, 0)
        throw error
    }
    guard !isSynced || fsync(folder.number) == 0 else { throw FileFault("fsync", folderPath) }
}

/// Removes what `writeFile` had begun in a folder when the process was killed; nobody may be writing there.
func removeUnfinishedFiles(in folder: String) {
    for name in (try? listFolder(folder)) ?? [] where name.hasPrefix(".") {
        let end = name.split(separator: ".").last ?? ""
        if end.utf8.count == 16, end.allSatisfy(\.isHexDigit) { unlink("\(folder)/\(name)") }
    }
}

/// Adds `bytes` at the end of a file, which is made with mode 0600 if it is not there; a symbolic link is refused.
///
/// With `syncing` they are on disk when this returns, not only in the system's memory.
func appendToFile(_ path: String, _ bytes: some Collection<UInt8>, syncing: Bool = false) throws(FileFault) {
    let number = open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard number >= 0 else { throw FileFault("open", path) }
    let file = FileDescriptor(number)
    try writeAll(bytes, to: file.number, path)
    if syncing { guard fsync(number) == 0 else { throw FileFault("fsync", path) } }
}

/// Writes all of `bytes`, minding short writes and interruptions; `path` is for the error only.
func writeAll(_ bytes: some Collection<UInt8>, to number: Int32, _ path: String) throws(FileFault) {
    var rest = Array(bytes)[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { write(number, $0.baseAddress, $0.count) }
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { throw FileFault("write", path) }
        rest = rest.dropFirst(count)
    }
}

private func splitPath(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let folder = path[..<slash]
    return (folder.isEmpty ? "/" : String(folder), String(path[path.index(after: slash)...]))
}

/// Opens the folder itself; a symbolic link is refused, for who can plant one can have files written elsewhere.
func openFolder(_ path: String) throws(FileFault) -> FileDescriptor {
    let number = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    if number >= 0 { return FileDescriptor(number) }
    let fault = FileFault("open", path)
    // Of a link to a folder, open(2) says that it is no folder.
    guard (try? fileKind(path)) == .link else { throw fault }
    throw FileFault("open", path, reason: "it is a symbolic link; name the folder itself")
}
