@testable import Reconciler

/// A folder that is removed with its last owner.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = try resolvedPath(createTemporaryFolder(in: systemTemporaryFolder(), prefix: "reconcile-test-"))
    }

    deinit { try? removeTree(path) }

    func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }

    /// Writes a file and makes the folders on the way to it.
    func write(_ bytes: [UInt8], to name: String) throws {
        let place = "\(path)/\(name)"
        try createFolder(String(place[..<(place.lastIndex(of: "/") ?? place.endIndex)]))
        try writeFile(place, bytes, mode: 0o644)
    }
}

/// Runs a script with sh and returns its output; throws if it fails.
@discardableResult
func shell(_ script: String, in folder: String? = nil, _ variables: [String: String] = [:]) async throws -> String {
    let environment = inheritedEnvironment().merging(variables) { $1 }
    let command = Command("/bin/sh", ["-euc", script], environment: environment, folder: folder)
    return try await Children.check(command, limit: .seconds(60)).text
}
