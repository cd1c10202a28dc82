import Testing

@testable import Reconciler

struct RepositoryPathTests {
    @Test(arguments: [
        ("", "", ""), (".", "", ""), ("./a//b/", "", "a/b"), ("../b", "a", "b"), ("a/../b/./c", "", "b/c"),
        ("x", "a/b", "a/b/x"),
        ("..", "a", ""), ("a b/é", "", "a b/é"), ("...", "", "..."), (".github", "", ".github"), ("-x", "", "-x"),
    ])
    func `a path is joined and cleaned`(text: String, folder: String, expected: String) throws {
        #expect(try RepositoryPath(text, in: RepositoryPath(folder)).description == expected)
    }

    @Test(arguments: [
        "..", "../a", "a/../..", "a/../../b", "/", "/etc/passwd", "\u{301}/../..", "/\u{301}etc", "../\u{301}a",
        "..\u{200D}/a",
        "./\u{301}../a", ".git", ".GIT/hooks", "a/.git/config", "a\nb", "a\u{0}b", "a\u{202E}b",
    ])
    func `a path that leaves the repository or hides what it is is refused`(text: String) {
        #expect(throws: Malformed.self) { try RepositoryPath(text) }
    }
}

struct BranchNameTests {
    @Test(arguments: ["main", "release/1.x", "feature/é", "a@b", "v1.0", "dependabot/npm_and_yarn/x-1"])
    func `names that git takes are taken`(text: String) throws {
        #expect(try BranchName(text).description == text)
    }

    @Test(arguments: [
        "", "-x", "a/-x", "refs/heads/--upload-pack=x", "-\u{301}x", "a..b", "a//b", "/a", "a/", ".a", "a/.b", "a.lock",
        "a.lock/b",
        "a b", "a~1", "a^", "a:b", "a?b", "a*", "a[b", "a\\b", "@", "a@{1}", "a.", "a\nb", "a\u{7F}", "a\u{85}b",
        "/\u{301}a",
    ])
    func `names that git or a command line takes for something else are refused`(text: String) {
        #expect(throws: Malformed.self) { try BranchName(text) }
    }
}
