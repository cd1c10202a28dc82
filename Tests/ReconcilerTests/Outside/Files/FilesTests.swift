import Glibc
import Testing

@testable import Reconciler

struct FilesTests {
    @Test func `a file is replaced in one step, private, and leaves nothing beside it`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/file"
        try writeFile(path, Array("old".utf8))
        try writeFile(path, Array("new".utf8))
        #expect(try readFile(path, atMost: 3) == Array("new".utf8))
        #expect(try listFolder(folder.path) == ["file"])
        var answer = stat()
        stat(path, &answer)
        #expect(answer.st_mode & 0o777 == 0o600)
    }

    @Test func `writing replaces a planted link and does not write through it`() throws {
        let folder = try TemporaryFolder()
        try writeFile(folder.path + "/target", Array("precious".utf8))
        symlink("target", folder.path + "/link")
        try writeFile(folder.path + "/link", Array("new".utf8))
        #expect(try readFile(folder.path + "/target", atMost: 100) == Array("precious".utf8))
        #expect(try fileKind(folder.path + "/link") == .file)
        symlink("target", folder.path + "/log")
        #expect(throws: FileFault.self) { try appendToFile(folder.path + "/log", [1]) }
    }

    @Test func `appending adds at the end`() throws {
        let folder = try TemporaryFolder()
        try appendToFile(folder.path + "/log", Array("a".utf8))
        try appendToFile(folder.path + "/log", Array("b".utf8))
        #expect(try readFile(folder.path + "/log", atMost: 2) == Array("ab".utf8))
    }

    @Test func `errors name the operation, the path and the reason`() throws {
        let folder = try TemporaryFolder()
        let missing = #expect(throws: FileFault.self) { try readFile("\(folder.path)/x", atMost: 1) }
        #expect(missing?.description == "open \(folder.path)/x: No such file or directory")
        #expect(missing?.isNotFound == true)
        try writeFile("\(folder.path)/big", [1, 2, 3])
        let large = #expect(throws: FileFault.self) { try readFile("\(folder.path)/big", atMost: 2) }
        #expect(large?.description == "read \(folder.path)/big: larger than 2 B")
    }

    @Test func `a private folder is made, narrowed, and refused behind a link`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/a/b"
        try createPrivateFolder(path)
        chmod(path, 0o755)
        try createPrivateFolder(path)
        var answer = stat()
        stat(path, &answer)
        #expect(answer.st_mode & 0o777 == 0o700)
        symlink(path, folder.path + "/link")
        #expect(throws: FileFault.self) { try createPrivateFolder(folder.path + "/link") }
        try writeFile(folder.path + "/file", [])
        #expect(throws: FileFault.self) { try createPrivateFolder(folder.path + "/file") }
    }

    @Test func `a tree is removed whole, its links not followed`() throws {
        let folder = try TemporaryFolder()
        let tree = folder.path + "/tree"
        try createFolder(tree + "/deep/er")
        try writeFile(tree + "/deep/er/file", [1])
        try writeFile(folder.path + "/outside", [1])
        symlink(folder.path, tree + "/deep/up")
        symlink(folder.path + "/outside", tree + "/link")
        chmod(tree + "/deep/er", 0o500)
        try removeTree(tree)
        try removeTree(tree)
        #expect(try listFolder(folder.path) == ["outside"])
    }

    @Test func `free space is more than nothing`() throws {
        #expect(try freeSpace(at: "/tmp") > ByteCount(bytes: 0))
    }
}
