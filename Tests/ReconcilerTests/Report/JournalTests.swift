import Synchronization
import Testing

@testable import Reconciler

struct JournalTests {
    private final class Lines: Sendable {
        private let all = Mutex("")
        var text: String { all.withLock { $0 } }
        @Sendable func add(_ text: String) { all.withLock { $0 += text } }
    }

    private let screen = Lines()

    @Test
    func `lines go to the file instead of standard error, and are recent lines in any case`() throws {
        let folder = try TemporaryFolder()
        let journal = Journal(screen: screen.add)
        journal.take("one\n")
        journal.append(to: folder.path + "/log")
        journal.take("two\n")
        #expect(screen.text == "one\n")
        #expect(String(decoding: try readFile(folder.path + "/log", atMost: 100), as: UTF8.self) == "two\n")
        #expect(journal.recent == "one\ntwo\n")
    }

    @Test
    func `on a full disk the lines go to standard error, and the fault is said once`() {
        let journal = Journal(screen: screen.add)
        journal.append(to: "/dev/full")
        journal.take("one\n")
        journal.take("two\n")
        #expect(
            screen.text
                == "reconcile: the log goes to standard error: write /dev/full: No space left on device\none\ntwo\n"
        )
        #expect(journal.recent == "one\ntwo\n")
    }

    @Test
    func `a log shows no secret and no control character, and one event is one line`() {
        let log = Log(
            redaction: { Redaction(["hunter22", "sesame!!"]) },
            now: { SampleBoard.start },
            write: screen.add
        )
        for text in hostileTexts { log("image \(text) hunter22 sesame!! https://me:pass@example.org/") }
        log("failed", output: hostileTexts)
        let lines = screen.text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 2 * hostileTexts.count + 2)
        #expect(!screen.text.contains("hunter22") && !screen.text.contains("sesame") && !screen.text.contains("pass@"))
        #expect(lines.allSatisfy { visible(String($0)) == $0 })
    }

    @Test
    func `recent lines are bounded in number and in bytes`() {
        var recent = RecentLines()
        for number in 0..<5_000 { recent.add("line \(number)\n") }
        let lines = recent.text.split(separator: "\n")
        #expect((750...1_000).contains(lines.count))
        #expect(lines.last == "line 4999")
        recent.add(String(repeating: "x", count: 1 << 20) + "\n")
        for _ in 0..<500 { recent.add(String(repeating: "y", count: 1_000) + "\n") }
        #expect(recent.text.utf8.count <= 256 << 10)
        #expect(recent.text.split(separator: "\n").allSatisfy { $0.utf8.count <= 4_200 })
    }

    @Test
    func `lines of an earlier run stand before those of this one`() {
        let journal = Journal(screen: screen.add)
        journal.take("now\n")
        journal.recall("earlier\n")
        #expect(journal.recent == "earlier\nnow\n")
        #expect(screen.text == "now\n")
    }
}
