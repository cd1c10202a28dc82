/// The folder of the status page: what somebody else put there under the names of ours is never replaced.
struct PagesFolder: Sendable {
    let path: String

    enum Standing: Sendable, Equatable {
        /// There is none yet, or it is empty, or an earlier run wrote it: its rights are ours to set.
        case ours
        /// It holds other things beside which there is room.
        case shared
        /// Something of somebody else's is in the way.
        case taken(String)
    }

    /// Our files, each with what it begins with or has near its beginning.
    private static let marks = [
        ("status.json", "\"format\":\"reconcile status\""), ("index.html", "<title>reconcile · "),
        ("metrics", "# HELP reconcile_"),
    ]

    func check() throws {
        for place in [path, path + "/logs"] where try fileKind(place) == .link {
            let why = "is a symbolic link, and nothing is written through one; name the folder itself with --public"
            throw ForeignFolder(path: place, why: why)
        }
        guard case .taken(let name) = try standing() else { return }
        let why = "has a \(name) that reconcile did not write, and would replace; name another with --public"
        throw ForeignFolder(path: path, why: why)
    }

    func standing() throws(FileFault) -> Standing {
        guard let names = try folderContents(path), !names.isEmpty else { return .ours }
        for (name, mark) in Self.marks where beginning(of: name).contains(mark) { return .ours }
        // Of a run that found nothing to do there is only its log.
        let time = String(beginning(of: "log.txt").prefix(20).map { $0.isNumber ? "0" : $0 })
        if time == "0000/00/00 00:00:00 " { return .ours }
        for name in Self.marks.map(\.0) + ["log.txt"] where !beginning(of: name).isEmpty { return .taken(name) }
        if let logs = try? listFolder(path + "/logs"), !logs.isEmpty { return .taken("folder logs") }
        return .shared
    }

    /// The first 4 KiB of a file; nothing if a power cut left it without content.
    private func beginning(of name: String) -> String {
        let bytes = (try? readBeginning(of: "\(path)/\(name)", atMost: 4_096)) ?? []
        return bytes.allSatisfy { $0 == 0 } ? "" : String(decoding: bytes, as: UTF8.self)
    }
}
