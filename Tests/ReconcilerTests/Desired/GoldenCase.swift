import Glibc
import Testing

@testable import Reconciler

/// One file of Golden/: the files of `desired/`, each after a line with its name, a line of dashes, and what is expected.
struct GoldenCase: CustomTestStringConvertible, Sendable {
    let name: String
    let files: [String: [UInt8]]
    let expected: String

    var testDescription: String { name }

    /// What reading the input gives: the faults, or a line for each entry.
    var actual: String {
        do {
            return try DesiredReader(allowedFolders: ["/srv/git"]).read { files[$0] }.dump
        } catch {
            return error.description
        }
    }

    static let all: [GoldenCase] = {
        let folder = String(#filePath.dropLast("GoldenCase.swift".count)) + "Golden/"
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(".txt") { names.append(name) }
        }
        return names.sorted().map { GoldenCase(name: $0, text: contents(of: folder + $0)) }
    }()

    private init(name: String, text: String) {
        self.name = name
        var files: [String: [UInt8]] = [:]
        var current = ""
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let dashes = lines.firstIndex { $0.hasPrefix("----------") } ?? lines.endIndex
        for line in lines[..<dashes] {
            if ["build.json", "mirror.json", "webhooks.json"].contains(line) {
                current = String(line)
                files[current] = []
            } else {
                files[current, default: []] += Array(line.utf8) + [UInt8(ascii: "\n")]
            }
        }
        self.files = files
        expected = lines[min(dashes + 1, lines.endIndex)...].joined(separator: "\n").trimmed
    }
}

private func contents(of path: String) -> String {
    guard let file = fopen(path, "r") else { return "" }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    return String(decoding: bytes[..<fread(&bytes, 1, bytes.count, file)], as: UTF8.self)
}

extension String {
    /// The text without newlines at its end.
    var trimmed: String {
        var text = self[...]
        while text.last == "\n" { text.removeLast() }
        return String(text)
    }
}
