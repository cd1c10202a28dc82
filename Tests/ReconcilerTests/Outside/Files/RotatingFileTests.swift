import Glibc
import Testing

@testable import Reconciler

struct RotatingFileTests {
    private let folder: TemporaryFolder
    private var path: String { folder.path + "/reconcile.log" }

    init() throws { folder = try TemporaryFolder() }

    private func text(_ suffix: String = "") throws -> String {
        String(decoding: try readFile(path + suffix, atMost: 1 << 20), as: UTF8.self)
    }

    @Test
    func `a full file is moved on, and five former ones are kept`() throws {
        var file = RotatingFile(path, limit: 10, kept: 5)
        for number in 1...9 { try file.append("line \(number)\n".utf8) }
        #expect(try text() == "line 9\n")
        #expect(try (1...5).map { try text(".\($0)") } == (4...8).reversed().map { "line \($0)\n" })
        #expect(try listFolder(folder.path).count == 6)
    }

    @Test
    func `what an earlier run wrote counts, and stays`() throws {
        try folder.write("earlier\n", to: "reconcile.log")
        var file = RotatingFile(path, limit: 14)
        try file.append("now\n".utf8)
        try file.append("later\n".utf8)
        #expect(try text(".1") == "earlier\nnow\n")
        #expect(try text() == "later\n")
    }

    @Test
    func `nothing is written through a symbolic link but the system's own`() throws {
        try folder.write("theirs\n", to: "elsewhere")
        symlink(folder.path + "/elsewhere", path)
        var file = RotatingFile(path)
        let fault = #expect(throws: FileFault.self) { try file.append("ours\n".utf8) }
        #expect(fault?.description == "open \(path): it is a symbolic link; name the file itself")
        #expect(try text() == "theirs\n")
        var null = RotatingFile("/dev/fd/\(open("/dev/null", O_WRONLY | O_CLOEXEC))")
        try null.append("nothing\n".utf8)
    }

    @Test
    func `a file moved by logrotate is made anew`() throws {
        var file = RotatingFile(path)
        try file.append("one\n".utf8)
        rename(path, path + ".old")
        try file.append("two\n".utf8)
        #expect(try text() == "two\n")
        #expect(try text(".old") == "one\n")
    }

    @Test
    func `a deleted file is made anew, and a truncated one goes on`() throws {
        var file = RotatingFile(path)
        try file.append("one\n".utf8)
        unlink(path)
        try file.append("two\n".utf8)
        #expect(try text() == "two\n")
        truncate(path, 0)
        try file.append("three\n".utf8)
        #expect(try text() == "three\n")
    }

    @Test
    func `a FIFO that nobody reads does not hold up the program`() throws {
        mkfifo(path, 0o600)
        var file = RotatingFile(path)
        #expect(throws: FileFault.self) { try file.append("one\n".utf8) }
    }

    @Test
    func `a device is written to and never moved`() throws {
        var file = RotatingFile("/dev/null", limit: 3)
        try file.append("one\n".utf8)
        try file.append("two\n".utf8)
        #expect(try fileKind("/dev/null") == .other)
    }
}
