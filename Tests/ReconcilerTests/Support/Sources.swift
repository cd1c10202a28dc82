@testable import Reconciler

/// The program's own source text, as far as a test of its structure needs to understand it.
struct Sources {
    struct File {
        /// Relative to the sources.
        let path: String
        /// The first folder of the path; empty for a file at the top.
        let folder: String
        /// Identifiers that begin with a capital, outside comments and strings, and not behind a dot.
        let words: Set<String>
        let imports: Set<String>
        /// Types that the file declares, unless they are its own or nested in others.
        let declared: Set<String>
        /// Names that stand for a type parameter or a nested type in this file.
        let generics: Set<String>
    }

    let files: [File]

    /// The package's folder.
    static let top = #filePath.split(separator: "/").dropLast(4).reduce("") { $0 + "/" + $1 }

    init() throws {
        let top = Self.top + "/Sources/Reconciler"
        files = try Self.paths(below: top, "").map { try File(path: $0, Self.text("\(top)/\($0)")) }
    }

    /// The folders that declare a type of this name.
    func homes(of name: String) -> Set<String> {
        Set(files.filter { $0.declared.contains(name) }.map(\.folder))
    }

    static func text(_ path: String) throws -> String {
        String(decoding: try readFile(path, atMost: 1 << 20), as: UTF8.self)
    }

    private static func paths(below top: String, _ path: String) throws -> [String] {
        try listFolder(top + "/" + path).flatMap { name in
            let place = path.isEmpty ? name : "\(path)/\(name)"
            if try fileKind("\(top)/\(place)") == .folder { return try paths(below: top, place) }
            return name.hasSuffix(".swift") ? [place] : []
        }
    }
}

extension Sources.File {
    fileprivate init(path: String, _ text: String) {
        self.path = path
        folder = path.contains("/") ? String(path.prefix { $0 != "/" }) : ""
        var (words, imports, declared, nested): (Set<String>, Set<String>, Set<String>, Set<String>) = ([], [], [], [])
        for line in codeLines(text) {
            let tokens = identifiers(line)
            if tokens.first?.word == "import", tokens.count > 1 { imports.insert(tokens[1].word) }
            for (place, token) in tokens.enumerated() {
                guard token.word.first?.isUppercase == true, !token.isMember else { continue }
                let before = place > 0 ? tokens[place - 1].word : ""
                if ["struct", "enum", "class", "actor", "protocol", "typealias"].contains(before) {
                    let isTop = !line.hasPrefix(" ") && !["private", "fileprivate"].contains(tokens[0].word)
                    if isTop { declared.insert(token.word) } else { nested.insert(token.word) }
                } else {
                    words.insert(token.word)
                }
            }
            nested.formUnion(parameters(line))
        }
        (self.words, self.imports, self.declared, generics) = (words, imports, declared, nested)
    }
}

/// The lines without comments and without what stands in quotes.
private func codeLines(_ text: String) -> [String] {
    var isInText = false
    return text.split(separator: "\n").map { line in
        if line.contains("\"\"\"") {
            isInText.toggle()
            return ""
        }
        if isInText { return "" }
        var code = ""
        var isQuoted = false
        var last: Character = " "
        for character in line {
            if character == "\"", last != "\\" { isQuoted.toggle() }
            if !isQuoted, code.hasSuffix("/"), character == "/" { return String(code.dropLast()) }
            if !isQuoted { code.append(character) }
            last = character == "\\" && last == "\\" ? " " : character
        }
        return code
    }
}

private func identifiers(_ line: String) -> [(word: String, isMember: Bool)] {
    var found: [(word: String, isMember: Bool)] = []
    var word = ""
    var isMember = false
    var last: Character = " "
    for character in line + " " {
        if character.isLetter || character.isNumber || character == "_" {
            if word.isEmpty { isMember = last == "." }
            word.append(character)
        } else if !word.isEmpty {
            found.append((word, isMember))
            word = ""
        }
        last = character
    }
    return found
}

/// The type parameters that a declaration introduces: `func sideBySide<Item: Sendable, Value>`.
private func parameters(_ line: String) -> Set<String> {
    guard let open = line.firstIndex(of: "<"), line.contains("func ") || line.contains("struct ") else { return [] }
    let inside = line[line.index(after: open)...].prefix { $0 != ">" && $0 != "(" }
    return Set(inside.split(separator: ",").compactMap { identifiers(String($0)).first?.word })
}
