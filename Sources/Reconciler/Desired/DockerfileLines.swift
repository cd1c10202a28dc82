/// The instructions of a Dockerfile as texts: continued lines joined, comments and here-documents left out.
///
/// The rules are those of BuildKit's parser (docs.docker.com, "Dockerfile reference": parser directives, here-documents).
struct DockerfileLines {
    /// The character that continues a line and takes the meaning from the next one.
    private(set) var escape = UInt8(ascii: "\\")
    private(set) var instructions: [ArraySlice<UInt8>] = []
    private let lines: [ArraySlice<UInt8>]
    private var next = 0
    /// Lines that may still be searched for the ends of here-documents: hostile files begin many and end none.
    private var searchable: Int

    init(_ bytes: [UInt8]) {
        let bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
        lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0 }
        searchable = 10 * lines.count
        readDirectives()
        while let instruction = readInstruction() {
            instructions.append(instruction)
            if beginsHereDocuments(instruction) { skipHereDocuments(of: instruction) }
        }
    }

    /// Directives are comments at the very top, up to the first line that is none.
    private mutating func readDirectives() {
        while next < lines.count {
            let line = String(decoding: lines[next], as: UTF8.self).trimmingSpaces
            guard line.hasPrefix("#"), let sign = line.firstIndex(of: "=") else { return }
            let name = String(line[..<sign].dropFirst()).trimmingSpaces.lowercased()
            guard ["escape", "syntax", "check"].contains(name) else { return }
            let value = String(line[line.index(after: sign)...]).trimmingSpaces
            if name == "escape", value == "`" { escape = UInt8(ascii: "`") }
            next += 1
        }
    }

    private mutating func readInstruction() -> ArraySlice<UInt8>? {
        var text: ArraySlice<UInt8> = []
        var hasBegun = false
        while next < lines.count {
            let line = hasBegun ? lines[next] : lines[next].trimmingBlanks
            next += 1
            let words = line.trimmingBlanks
            if words.isEmpty || words.first == UInt8(ascii: "#") { continue }
            hasBegun = true
            let end = line.trimmingBlanksAtEnd
            guard end.last == escape, end.dropLast().last != escape else { return text + line }
            text += end.dropLast()
        }
        return hasBegun ? text : nil
    }

    private func beginsHereDocuments(_ instruction: ArraySlice<UInt8>) -> Bool {
        guard instruction.contains(UInt8(ascii: "<")) else { return false }
        let keyword = String(decoding: instruction.prefix { !isGap($0) }, as: UTF8.self).uppercased()
        return ["RUN", "COPY", "ADD"].contains(keyword)
    }

    private mutating func skipHereDocuments(of instruction: ArraySlice<UInt8>) {
        for word in words(of: instruction, escape: escape) {
            guard let document = HereDocument(word) else { continue }
            let limit = min(lines.count, next + searchable)
            let end = lines[next..<limit].firstIndex { document.ends($0) }
            searchable -= (end ?? limit) - next
            // A builder that does not know here-documents takes what follows for instructions.
            guard let end else { return }
            next = end + 1
        }
    }
}

/// The word that begins a here-document: `<<EOF`, `<<-"EOF"`, `3<<EOF`.
private struct HereDocument {
    private let name: [UInt8]
    private let ignoresTabs: Bool

    init?(_ word: ArraySlice<UInt8>) {
        var rest = word.drop { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard rest.starts(with: "<<".utf8) else { return nil }
        rest = rest.dropFirst(2)
        ignoresTabs = rest.first == UInt8(ascii: "-")
        if ignoresTabs { rest = rest.dropFirst() }
        name = rest.filter { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "'") && $0 != UInt8(ascii: "\\") }
        guard !name.isEmpty, !name.contains(UInt8(ascii: "<")) else { return nil }
    }

    func ends(_ line: ArraySlice<UInt8>) -> Bool {
        (ignoresTabs ? line.drop { $0 == UInt8(ascii: "\t") } : line).elementsEqual(name)
    }
}

/// Cuts `text` at white space outside of quotes; quotes and escapes stay in the words.
func words(of text: ArraySlice<UInt8>, escape: UInt8) -> [ArraySlice<UInt8>] {
    var words: [ArraySlice<UInt8>] = []
    var (start, quote, isEscaped): (Int?, UInt8?, Bool) = (nil, nil, false)
    for (place, byte) in zip(text.indices, text) {
        if quote == nil, !isEscaped, isGap(byte) {
            if let start { words.append(text[start..<place]) }
            start = nil
            continue
        }
        if start == nil { start = place }
        if isEscaped {
            isEscaped = false
        } else if byte == escape, quote != UInt8(ascii: "'") {
            isEscaped = true
        } else if byte == quote {
            quote = nil
        } else if quote == nil, byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
            quote = byte
        }
    }
    if let start { words.append(text[start...]) }
    return words
}

func isGap(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

extension ArraySlice<UInt8> {
    fileprivate var trimmingBlanks: ArraySlice<UInt8> { drop(while: isGap) }

    fileprivate var trimmingBlanksAtEnd: ArraySlice<UInt8> {
        lastIndex { !isGap($0) }.map { self[...$0] } ?? []
    }
}
