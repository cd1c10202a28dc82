import CLinux
import Glibc

/// The whole file; throws if it is larger than `limit` bytes, or no regular file, on which a read might wait for ever.
///
/// With `isOurs` a symbolic link and another account's file are refused too: somebody has planted them.
func readFile(_ path: String, atMost limit: Int, isOurs: Bool = false) throws(FileFault) -> [UInt8] {
    let flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | (isOurs ? O_NOFOLLOW : 0)
    let number = open(path, flags)
    guard number >= 0 else {
        throw errno == ELOOP && isOurs
            ? FileFault("open", path, reason: "it is a symbolic link") : FileFault("open", path)
    }
    let file = FileDescriptor(number)
    var answer = stat()
    guard fstat(number, &answer) == 0 else { throw FileFault("stat", path) }
    guard answer.st_mode & S_IFMT == S_IFREG else { throw FileFault("read", path, reason: "it is no regular file") }
    if isOurs, answer.st_uid != geteuid() {
        throw FileFault("read", path, reason: "it belongs to user \(answer.st_uid), not to this account (\(geteuid()))")
    }
    return try readToEnd(file, path, atMost: limit)
}

/// The first bytes of a file.
func readBeginning(of path: String, atMost limit: Int) throws(FileFault) -> [UInt8] {
    let number = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
    guard number >= 0 else { throw FileFault("open", path) }
    let file = FileDescriptor(number)
    var bytes = [UInt8](repeating: 0, count: limit)
    let count = pread(file.number, &bytes, limit, 0)
    guard count >= 0 else { throw FileFault("read", path) }
    return Array(bytes[..<count])
}

/// What is left to read in an open file; `path` is for the error only.
func readToEnd(_ file: FileDescriptor, _ path: String, atMost limit: Int) throws(FileFault) -> [UInt8] {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 64 << 10)
    while true {
        let count = read(file.number, &piece, piece.count)
        if count < 0 && errno == EINTR { continue }
        guard count >= 0 else { throw FileFault("read", path) }
        if count == 0 { return bytes }
        bytes += piece[..<count]
        guard bytes.count <= limit else {
            throw FileFault("read", path, reason: "larger than \(ByteCount(bytes: Int64(limit)))")
        }
    }
}

/// The names in a folder, sorted, without `.` and `..`.
func listFolder(_ path: String) throws(FileFault) -> [String] {
    guard let folder = opendir(path) else { throw FileFault("list", path) }
    defer { closedir(folder) }
    var names: [String] = []
    while true {
        errno = 0
        guard let entry = readdir(folder) else { break }
        let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != ".", name != ".." { names.append(name) }
    }
    guard errno == 0 else { throw FileFault("list", path) }
    return names.sorted()
}

/// The bytes an unprivileged process may still write on the file system of `path` (statvfs(3)).
func freeSpace(at path: String) throws(FileFault) -> ByteCount {
    var answer = statvfs()
    guard statvfs(path, &answer) == 0 else { throw FileFault("statvfs", path) }
    return ByteCount(
        bytes: Int64(
            clamping: UInt64(answer.f_bavail).multipliedReportingOverflow(by: UInt64(answer.f_frsize)).partialValue
        )
    )
}

/// The absolute path without symbolic links, realpath(3).
func resolvedPath(_ path: String) throws(FileFault) -> String {
    guard let resolved = realpath(path, nil) else { throw FileFault("resolve", path) }
    defer { free(resolved) }
    return String(cString: resolved)
}

/// What stands at a path, symbolic links not followed.
enum FileKind: Sendable, Equatable {
    case file
    case folder
    case link
    case other
}

/// What stands at `path`; nil if nothing does.
func fileKind(_ path: String) throws(FileFault) -> FileKind? {
    var answer = stat()
    guard lstat(path, &answer) == 0 else {
        let fault = FileFault("stat", path)
        if fault.isNotFound { return nil }
        throw fault
    }
    switch answer.st_mode & S_IFMT {
    case S_IFREG: return .file
    case S_IFDIR: return .folder
    case S_IFLNK: return .link
    default: return .other
    }
}
