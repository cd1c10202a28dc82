import Glibc

/// What `reconcile force` asked for: files in the state folder, because the service holds the state file itself.
struct ForceRequests {
    /// One call of `reconcile force`.
    struct Request {
        let file: String
        let patterns: [Glob]
    }

    private let folder: String

    init(state: String) { folder = state + "/force" }

    func add(_ patterns: [Glob]) throws(FileFault) {
        try createPrivateFolder(folder)
        let name = "\(Moment.current().milliseconds)-\(getpid())"
        let lines = patterns.map { $0.description + "\n" }.joined()
        try writeFile("\(folder)/\(name)", Array(lines.utf8))
    }

    /// The requests that no pass has met yet.
    func pending() -> [Request] {
        let names = ((try? listFolder(folder)) ?? []).filter { !$0.hasPrefix(".") }
        return names.compactMap { name in
            let file = "\(folder)/\(name)"
            guard let bytes = try? readFile(file, atMost: 1 << 20, isOurs: true) else { return nil }
            let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
            return Request(file: file, patterns: lines.map { Glob(String($0)) })
        }
    }

    /// Forgets what has been done, or is not desired any more; an image that is still open stays asked for by its name.
    func settle(_ requests: [Request], after standings: [ImageID: Standing]) {
        for request in requests {
            let named = standings.filter { id, _ in request.patterns.contains { id.matches($0) } }
            let open = named.filter { _, standing in
                switch standing {
                case .failing, .unfinished, .waiting: true
                case .inLine, .converged, .paused: false
                }
            }
            guard !open.isEmpty else {
                unlink(request.file)
                continue
            }
            let lines = open.keys.sorted().map { "\($0)\n" }.joined()
            if open.count < named.count { try? writeFile(request.file, Array(lines.utf8)) }
        }
    }
}
