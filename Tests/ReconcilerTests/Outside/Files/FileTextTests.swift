import Glibc
import Testing

@testable import Reconciler

struct FileTextTests {
    @Test func `a text of any length is in the file as it was written`() throws {
        let folder = try TemporaryFolder()
        let pieces = (0..<20_000).map { "piece \($0) ü\n" }
        try writeFile(folder.path + "/page") { text in for piece in pieces { text.write(piece) } }
        #expect(try readFile(folder.path + "/page", atMost: 1 << 20) == Array(pieces.joined().utf8))
    }

    @Test(arguments: [1, 200_000]) func `what does not fit is told at the end`(length: Int) throws {
        let full = FileDescriptor(open("/dev/full", O_WRONLY | O_CLOEXEC))
        var text = FileText(full.number, "/dev/full")
        for _ in 0..<length { text.write("x") }
        #expect(throws: FileFault.self) { try text.finish() }
    }
}
