import Testing

@testable import Reconciler

struct BuildLogTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func text(_ name: String) throws -> String {
        String(decoding: try readFile(folder.path + "/" + name, atMost: 1 << 20), as: UTF8.self)
    }

    @Test
    func `output can be read while the build runs`() throws {
        let log = BuildLog(BuildLogName(.build("team/api:v2")), in: folder.path)
        log.add("STEP 1/2")
        #expect(try text("team+api@v2.txt") == "STEP 1/2\n")
        log.add("STEP 2/2")
        log.close()
        #expect(try text("team+api@v2.txt") == "STEP 1/2\nSTEP 2/2\n")
    }

    @Test
    func `the output of the last five builds is kept`() throws {
        for number in 1...7 {
            let log = BuildLog(BuildLogName(.build("api")), in: folder.path)
            log.add("build \(number)")
            log.close()
        }
        #expect(try listFolder(folder.path) == ["api.txt", "api~1.txt", "api~2.txt", "api~3.txt", "api~4.txt"])
        #expect(try text("api.txt") == "build 7\n")
        #expect(try text("api~4.txt") == "build 3\n")
    }

    @Test
    func `of long output head and tail are kept, and it is said how much was left out`() throws {
        let log = BuildLog(BuildLogName(.build("api")), in: folder.path, half: 1_000)
        var largest = 0
        for number in 10_000..<20_000 {
            log.add("line \(number)")
            if number.isMultiple(of: 500) { largest = max(largest, try text("api.txt").utf8.count) }
        }
        log.close()
        let lines = try text("api.txt").split(separator: "\n")
        #expect(lines.first == "line 10000")
        #expect(lines.last == "line 19999")
        #expect(try text("api.txt").utf8.count <= 2_100)
        #expect(largest <= 3_200)
        let notices = lines.filter { $0.hasSuffix(" left out …") }
        #expect(notices == ["… 108 kB left out …"])
        let tail = lines.drop { $0 != notices.first }.dropFirst()
        #expect(tail.allSatisfy { $0.hasPrefix("line 1") && $0.count == 10 })
    }

    @Test
    func `no two images share a file, and no name leaves the folder`() {
        let long = String(repeating: "a", count: 250)
        let images = [
            "api", "api:1", "api/1", "api.1", "api-1", "api_1", "a/b:c", "a/b/c", "a-b:c", "../../etc/passwd",
            ".hidden",
            "a+b", "a@b", "a~1", long, long + "b", "", "..",
        ]
        let files = images.flatMap { image in (0..<5).map { BuildLogName(.build(image)).file(age: $0) } }
        #expect(Set(files).count == files.count)
        for file in files {
            #expect(!file.contains("/") && !file.hasPrefix(".") && file.utf8.count <= 200)
        }
        #expect(BuildLogName(.build("test-js")).file() == "test-js.txt")
    }
}
