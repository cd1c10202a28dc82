@testable import Reconciler

/// A git repository with a work tree that commits are made in.
struct SourceRepository: Sendable {
    let path: String
    private let home: String

    /// Makes it at `path`; `home` is where git looks for an account's configuration.
    init(_ path: String, home: String) async throws {
        self.path = path
        self.home = home
        try createFolder(path)
        try await run("git init -q -b main .; git config user.name A; git config user.email a@example.org")
    }

    @discardableResult
    func run(_ script: String) async throws -> String { try await shell(script, in: path, ["HOME": home]) }

    /// Writes files and commits them; returns the commit.
    @discardableResult
    func commit(_ files: [String: String]) async throws -> ObjectID {
        for (name, content) in files {
            let place = "\(path)/\(name)"
            try createFolder(String(place[..<(place.lastIndex(of: "/") ?? place.endIndex)]))
            try writeFile(place, Array(content.utf8), mode: 0o644)
        }
        let answer = try await run("git add -A; git commit -q --allow-empty -m change; git rev-parse HEAD")
        return try ObjectID(answer.prefix(40))
    }
}
