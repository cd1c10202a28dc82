/// One file of `desired/` while it is read: where its lines begin, what is wrong with it, and which tags it claims.
final class DesiredFile {
    /// The most faults that are told one by one; a file of another kind altogether would have thousands.
    static let mostFaults = 100

    /// `desired/build.json`.
    let path: String
    var claims: [Claim] = []
    /// Empty for a file that is not there or could not be read.
    private let bytes: [UInt8]
    private let isThere: Bool
    private let lineStarts: [Int]
    private var reported: [(offset: Int, fault: ConfigurationFault)] = []
    private var untold = 0

    /// Takes what `contents` gives for the name; what it throws is the file's first fault.
    init(_ name: String, _ contents: (String) throws(Malformed) -> [UInt8]?) {
        path = "desired/" + name
        var problem: String?
        var read: [UInt8]?
        do {
            read = try contents(name)
            if let size = read?.count, size > DesiredReader.largestFile {
                problem = "larger than 1 MiB, which is the most that is read"
            }
        } catch {
            problem = error.message
        }
        isThere = read != nil && problem == nil
        let bytes = isThere ? read ?? [] : []
        self.bytes = bytes
        lineStarts = [0] + bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
        if let problem { report(problem, at: nil) }
    }

    /// What is wrong, in the order of the text.
    var faults: [ConfigurationFault] {
        let told = reported.sorted { $0.offset < $1.offset }.map(\.fault)
        guard untold > 0, let last = told.last else { return told }
        let more = ConfigurationFault(
            file: path,
            position: last.position,
            entry: nil,
            message: "and \(untold) more faults"
        )
        return told + [more]
    }

    /// Reads the text as JSON; nil if there is none, or none that can be read, which is a fault.
    ///
    /// Keys that stand twice are left for the entries to find, who can name themselves.
    func parse() -> JSON? {
        guard isThere else { return nil }
        var reader = JSONReader(bytes)
        do {
            return try reader.readDocument()
        } catch {
            let position = ConfigurationFault.Position(line: line(at: error.offset), column: column(at: error.offset))
            let fault = ConfigurationFault(file: path, position: position, entry: nil, message: error.message)
            reported.append((error.offset, fault))
            return nil
        }
    }

    /// Notes what is wrong at the byte `offset`; nil stands for the file as a whole.
    func report(_ message: String, at offset: Int?, entry: String? = nil) {
        guard reported.count < Self.mostFaults else {
            untold += 1
            return
        }
        let position = offset.map { ConfigurationFault.Position(line: line(at: $0), column: nil) }
        let fault = ConfigurationFault(file: path, position: position, entry: entry, message: message)
        reported.append((offset ?? -1, fault))
    }

    /// The line of the byte `offset`, counted from 1.
    func line(at offset: Int) -> Int {
        var (low, high) = (0, lineStarts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        return low + 1
    }

    /// The column of the byte `offset` in code points, counted from 1.
    private func column(at offset: Int) -> Int {
        let start = lineStarts[line(at: offset) - 1]
        return 1 + bytes[start..<min(max(start, offset), bytes.count)].filter { $0 & 0xC0 != 0x80 }.count
    }
}
