import Glibc

/// The last valid configuration, kept as a whole in the folder `desired` of the state folder.
///
/// A new set is written beside the old one and takes its place by renaming, so that a crash leaves the one or the
/// other. `SHA256SUMS` names what belongs to the set: files that do not fit it count as nothing at all.
struct ValidDesired: Sendable {
    /// The most that is read of one file, in bytes.
    private static let largestFile = 2 << 20
    private static let sums = "SHA256SUMS"

    private let state: String
    private var folder: String { state + "/desired" }
    private var former: String { state + "/desired.old" }
    private var coming: String { state + "/desired.new" }

    /// `state` is the state folder, whose lock the caller holds.
    init(in state: String) { self.state = state }

    /// The files by name; nil if none are kept or what is kept is damaged.
    ///
    /// They are to be validated again: another version of this program may have kept them.
    func load() -> [String: [UInt8]]? { read(folder) ?? read(former) }

    /// Keeps the files, unless they are kept already; on disk when this returns.
    func save(_ files: [String: [UInt8]]) throws(FileFault) {
        guard read(folder) != files else { return try removeTree(former) }
        try removeTree(coming)
        try createPrivateFolder(coming)
        for (name, bytes) in files { try writeFile("\(coming)/\(name)", bytes) }
        try writeFile("\(coming)/\(Self.sums)", Array(sums(of: files).utf8))
        if (try fileKind(folder)) != nil {
            try removeTree(former)
            try move(folder, to: former)
        }
        try move(coming, to: folder)
        try removeTree(former)
    }

    private func read(_ folder: String) -> [String: [UInt8]]? {
        guard let listed = try? readFile("\(folder)/\(Self.sums)", atMost: 1 << 16) else { return nil }
        var files: [String: [UInt8]] = [:]
        for line in String(decoding: listed, as: UTF8.self).split(separator: "\n").dropFirst() {
            let name = String(line.dropFirst(66))
            guard !name.isEmpty, !name.contains("/"),
                let bytes = try? readFile("\(folder)/\(name)", atMost: Self.largestFile)
            else { return nil }
            files[name] = bytes
        }
        return Array(sums(of: files).utf8) == listed ? files : nil
    }

    /// In the form of sha256sum(1); the first line tells a set of no files from a file that lost its content.
    private func sums(of files: [String: [UInt8]]) -> String {
        let lines = files.sorted { $0.key < $1.key }.map { "\(sha256Hex($0.value))  \($0.key)\n" }
        return "# \(files.count) files\n" + lines.joined()
    }

    private func move(_ path: String, to other: String) throws(FileFault) {
        guard rename(path, other) == 0 else { throw FileFault("rename", path) }
        let number = open(state, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else { throw FileFault("open", state) }
        defer { close(number) }
        guard fsync(number) == 0 else { throw FileFault("fsync", state) }
    }
}
