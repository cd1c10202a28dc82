import Glibc

/// A file that is only appended to; when it is full it is moved to `FILE.1`, and what was there to `FILE.2` and so on.
///
/// The path is looked at before each write, so a file that logrotate moved, truncated or removed is made anew.
struct RotatingFile {
    private let path: String
    /// The most bytes the file may have, unless a single write is larger.
    private let limit: Int
    /// How many former files are kept.
    private let kept: Int
    private var file: FileDescriptor?

    init(_ path: String, limit: Int = 10 << 20, kept: Int = 5) {
        self.path = path
        self.limit = limit
        self.kept = kept
    }

    mutating func append(_ bytes: some Collection<UInt8>) throws(FileFault) {
        var file = try current()
        let size = status(of: file).size
        if size > 0, size + bytes.count > limit {
            rotate()
            file = try current()
        }
        try writeAll(bytes, to: file.number, path)
    }

    /// The open file, if it is still the one at the path; else a new one.
    private mutating func current() throws(FileFault) -> FileDescriptor {
        var there = stat()
        if let file, look(&there) == 0 {
            let open = status(of: file)
            if open.device == there.st_dev, open.number == there.st_ino { return file }
        }
        // Not blocking, so that a FIFO nobody reads is an error and does not hold up the program.
        let flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK
        let number = open(path, flags | (mayBeLink ? 0 : O_NOFOLLOW), 0o644)
        guard number >= 0 else {
            file = nil
            guard errno == ELOOP, !mayBeLink else { throw FileFault("open", path) }
            throw FileFault("open", path, reason: "it is a symbolic link; name the file itself")
        }
        let opened = FileDescriptor(number)
        file = opened
        return opened
    }

    /// Whether it is one of the system's own links, such as /dev/stdout; any other may have been planted.
    private var mayBeLink: Bool { path.hasPrefix("/dev/") }

    private func look(_ answer: inout stat) -> Int32 { mayBeLink ? stat(path, &answer) : lstat(path, &answer) }

    /// Moves the files on by one; where that is not allowed the file grows, which is better than losing lines.
    private mutating func rotate() {
        for age in stride(from: kept, to: 1, by: -1) { rename("\(path).\(age - 1)", "\(path).\(age)") }
        rename(path, "\(path).1")
    }

    private func status(of file: FileDescriptor) -> (size: Int, device: dev_t, number: ino_t) {
        var answer = stat()
        // What is no regular file, such as /dev/stdout, has no size and so is never moved.
        guard fstat(file.number, &answer) == 0, answer.st_mode & S_IFMT == S_IFREG else {
            return (0, answer.st_dev, answer.st_ino)
        }
        return (Int(answer.st_size), answer.st_dev, answer.st_ino)
    }
}
