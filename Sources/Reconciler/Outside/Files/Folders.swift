import CLinux
import Glibc

/// Makes a folder and those above it that are missing; an existing folder is left as it is.
func createFolder(_ path: String, mode: mode_t = 0o700) throws(FileFault) {
    if mkdir(path, mode) == 0 { return }
    let fault = FileFault("create folder", path)
    switch fault.number {
    case EEXIST:
        var answer = stat()
        guard stat(path, &answer) == 0, answer.st_mode & S_IFMT == S_IFDIR else { throw fault }
    case ENOENT:
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { throw fault }
        try createFolder(String(path[..<slash]), mode: mode)
        guard mkdir(path, mode) == 0 || errno == EEXIST else { throw FileFault("create folder", path) }
    default:
        throw fault
    }
}

/// Makes a folder that only this account can enter; throws if something else stands there.
///
/// A symbolic link, another owner, or (after an attempt to mend it) other rights than 0700 are refused: whoever can
/// write there could plant files that this program trusts.
func createPrivateFolder(_ path: String) throws(FileFault) {
    try createFolder(path)
    try checkOwner(of: path)
    let number = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard number >= 0 else { throw FileFault("open", path) }
    let folder = FileDescriptor(number)
    var answer = stat()
    guard fstat(folder.number, &answer) == 0 else { throw FileFault("stat", path) }
    // What was looked at may have been changed for another since.
    guard answer.st_uid == geteuid() else { throw FileFault("use", path, reason: notOurs(answer.st_uid)) }
    if answer.st_mode & 0o777 != 0o700 {
        guard fchmod(folder.number, 0o700) == 0 else { throw FileFault("chmod", path) }
    }
}

/// Throws if `path` is a link, no folder, or another account's; nothing there is no error.
func checkOwner(of path: String) throws(FileFault) {
    var answer = stat()
    guard lstat(path, &answer) == 0 else {
        let fault = FileFault("stat", path)
        if fault.number == ENOENT { return }
        throw fault
    }
    guard answer.st_mode & S_IFMT == S_IFDIR else {
        throw FileFault("open", path, reason: "it is a symbolic link or no folder; name the folder itself")
    }
    guard answer.st_uid == geteuid() else { throw FileFault("use", path, reason: notOurs(answer.st_uid)) }
}

private func notOurs(_ owner: uid_t) -> String {
    "it belongs to \(accountName(owner)), not to this account, \(accountName(geteuid())); "
        + "run this as \(accountName(owner)): sudo -u \(accountName(owner)) reconcile …"
}

/// The name of an account; its number, as sudo(8) takes it, if it has none.
func accountName(_ id: uid_t) -> String {
    var (record, found) = (passwd(), UnsafeMutablePointer<passwd>?.none)
    var buffer = [CChar](repeating: 0, count: 16 << 10)
    guard getpwuid_r(id, &record, &buffer, buffer.count, &found) == 0, found != nil, let name = record.pw_name else {
        return "#\(id)"
    }
    return String(cString: name)
}

/// The account that a file or folder belongs to; nil if there is none.
func owner(of path: String) -> uid_t? {
    var answer = stat()
    return stat(path, &answer) == 0 ? answer.st_uid : nil
}

/// Makes a new private folder under `folder`, with a name that begins with `prefix`.
func createTemporaryFolder(in folder: String, prefix: String) throws(FileFault) -> String {
    var template = Array("\(folder)/\(prefix)XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw FileFault("create folder in", folder) }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// The folder for short-lived files that is not part of the state: `$TMPDIR`, else `/tmp`.
func systemTemporaryFolder() -> String { currentEnvironment()["TMPDIR"] ?? "/tmp" }

/// Removes a file, a link or a whole tree; links are removed, never followed; nothing there is no error.
func removeTree(_ path: String) throws(FileFault) {
    if unlink(path) == 0 { return }
    let fault = FileFault("remove", path)
    if fault.number == ENOENT { return }
    // Linux says EISDIR for a folder, POSIX allows EPERM.
    guard fault.number == EISDIR || fault.number == EPERM else { throw fault }
    let number = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    if number >= 0 {
        try empty(FileDescriptor(number), path)
    } else if errno == EACCES, chmod(path, 0o700) == 0 {
        return try removeTree(path)
    }
    guard rmdir(path) == 0 else { throw FileFault("remove", path) }
}

/// Removes what is in an open folder; working by descriptor, a folder swapped for a link leads nowhere.
private func empty(_ folder: FileDescriptor, _ path: String) throws(FileFault) {
    for name in try listFolder("/proc/self/fd/\(folder.number)") {
        if unlinkat(folder.number, name, 0) == 0 || errno == ENOENT { continue }
        let place = "\(path)/\(name)"
        let fault = FileFault("remove", place)
        if fault.number == EACCES, fchmod(folder.number, 0o700) == 0, unlinkat(folder.number, name, 0) == 0 { continue }
        guard [EISDIR, EPERM, EACCES].contains(fault.number) else { throw fault }
        var number = openat(folder.number, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        if number < 0, errno == EACCES, fchmodat(folder.number, name, 0o700, 0) == 0 {
            number = openat(folder.number, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        }
        guard number >= 0 else { throw fault }
        try empty(FileDescriptor(number), place)
        guard unlinkat(folder.number, name, AT_REMOVEDIR) == 0 else { throw FileFault("remove", place) }
    }
}
