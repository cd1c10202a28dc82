/// What was found in the bytes of a state file.
struct StateText {
    private(set) var recorded = Recorded()
    /// Good lines read, the header not counted.
    private(set) var lines = 0
    /// Lines that are damaged, a torn last one not counted.
    private(set) var damaged = 0
    /// The format's version as the header says it, if it is one this program does not know.
    private(set) var unknownVersion: Int?

    /// Whether it begins as a state file does; one that does not is damaged, since it is never written but as a whole.
    private(set) var hasHeader = false

    /// The first line of every state file, its checksum first as in all others.
    static let header = summed("\"format\":\"reconcile state\",\"version\":1}")
    /// The first line as earlier builds wrote it.
    private static let formerHeader = "{\"format\":\"reconcile state\",\"version\":1}"

    /// Reads all good lines; the last line for a key wins, and a last line that a crash tore is passed over.
    init(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        var rows = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if rows.last?.isEmpty == true { rows.removeLast() }
        let isTorn = bytes.last != UInt8(ascii: "\n")
        // Several lines are about one image: its name is kept once.
        var names: Set<String> = []
        for (index, row) in rows.enumerated() {
            if index == 0, readHeader(row) { continue }
            if let change = StateChange(line: row, &names) {
                recorded.apply(change)
                lines += 1
            } else if index < rows.count - 1 || !isTorn {
                damaged += 1
            }
        }
    }

    private mutating func readHeader(_ row: ArraySlice<UInt8>) -> Bool {
        if row.elementsEqual(Self.formerHeader.utf8) {
            hasHeader = true
            return true
        }
        guard hasRightSum(row), let json = try? JSONReader.read(row), json["format"]?.string == "reconcile state" else {
            return false
        }
        if let version = json["version"]?.int, version != 1 { unknownVersion = version }
        hasHeader = true
        return true
    }

    /// A whole state file that says just this, one line a key, in the order of the keys.
    static func compact(_ recorded: Recorded) -> [UInt8] {
        var text = header + "\n"
        let lines = recorded.values.map { StateChange(key: $0.key, value: $0.value).line }
        for line in lines.sorted() { text += line + "\n" }
        return Array(text.utf8)
    }
}
