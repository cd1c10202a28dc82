import Glibc
import Synchronization

/// One build's whole output in a file that can be read while it grows.
///
/// Of more than 4 MiB the head and the tail are kept, 2 MiB each, with a line between them that says how much was left
/// out. Lines come finished: escaped and without secrets. A file that cannot be written is given up in silence; the log
/// has the last lines of a failed build in any case.
final class BuildLog: Sendable {
    private struct Output {
        var file: FileDescriptor?
        var written = 0
        /// Where the head ends; nil while all of it fits.
        var head: Int?
        var leftOut = 0
    }

    private let output = Mutex(Output())
    private let path: String
    private let half: Int

    /// Makes the file in `folder`, after moving the ones of earlier builds on.
    init(_ name: BuildLogName, in folder: String, half: Int = 2 << 20) {
        path = "\(folder)/\(name.file())"
        self.half = half
        guard let place = try? openFolder(folder) else { return }
        for age in stride(from: BuildLogName.kept - 1, to: 0, by: -1) {
            renameat(place.number, name.file(age: age - 1), place.number, name.file(age: age))
        }
        let flags = O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC
        let number = openat(place.number, name.file(), flags, 0o644)
        guard number >= 0 else { return }
        fchmod(number, 0o644)
        output.withLock { $0.file = FileDescriptor(number) }
    }

    /// Adds one line.
    func add(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        output.withLock { output in
            guard let file = output.file else { return }
            if output.head == nil, output.written + bytes.count > half { output.head = output.written }
            guard (try? writeAll(bytes, to: file.number, path)) != nil else {
                output.file = nil
                return
            }
            output.written += bytes.count
            // The tail may grow to twice its size before it is cut, so that lines are moved seldom.
            if let head = output.head, output.written - head > 2 * half { cut(&output, head) }
        }
    }

    /// Cuts the file to its final size and closes it.
    func close() {
        output.withLock { output in
            if let head = output.head, output.written - head > half { cut(&output, head) }
            output.file = nil
        }
    }

    /// Moves the last lines, at most half the size, up to where the head ends.
    private func cut(_ output: inout Output, _ head: Int) {
        guard let file = output.file else { return }
        var tail = [UInt8](repeating: 0, count: half)
        let count = pread(file.number, &tail, half, off_t(output.written - half))
        guard count == half, let newline = tail.firstIndex(of: UInt8(ascii: "\n")) else { return }
        let kept = tail[(newline + 1)...]
        output.leftOut += output.written - head - kept.count
        let notice = Array("… \(ByteCount(bytes: Int64(output.leftOut))) left out …\n".utf8)
        guard ftruncate(file.number, off_t(head)) == 0, lseek(file.number, off_t(head), SEEK_SET) == off_t(head),
            (try? writeAll(notice + kept, to: file.number, path)) != nil
        else {
            output.file = nil
            return
        }
        // The notice counts as part of the tail; the next cut replaces it.
        output.written = head + notice.count + kept.count
        output.leftOut -= notice.count
    }
}
