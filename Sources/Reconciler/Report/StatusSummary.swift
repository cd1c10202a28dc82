/// `status.json` as `reconcile status` reads it back.
struct StatusSummary: Sendable {
    struct Image: Sendable {
        let name: String
        let state: String
        let since: Moment?
        let why: String
        let reason: String
        let changed: Moment?
        let next: Moment?
        let tries: Int
        let desired: String
        let actual: String
        let source: String
        let size: Int64?
        /// `alpine:3.20 sha256:beefdb…, kept here`.
        let bases: [String]
        let runs: [Run]
        let log: String?
        /// The member of the document, for `--json`.
        let json: JSON

        /// Whether it is something that a person should look at.
        var isBad: Bool { state == "failing" || state == "unknown" }
        var isWaiting: Bool { state == "waiting" }
    }

    let images: [Image]
    let written: Moment?
    let lastPass: Moment?
    /// How old this may get before its writer counts as silent; nil if it was done, as a single pass is.
    let patience: Duration?
    /// What keeps all passes from being made, and since when.
    let troubles: [(why: String, since: Moment?)]
    /// What is wrong in `desired/`.
    let faults: [String]
    let faultsSince: Moment?
    /// Lines about what is wrong beside the images.
    let notices: [String]

    /// Reads the document; throws `Malformed` for another version.
    init(_ json: JSON) throws(Malformed) {
        guard json["version"]?.int == 1, let list = json["images"]?.array else {
            throw Malformed("status.json is of another version; run the reconcile that wrote it")
        }
        images = list.map(Image.init)
        written = json["written"].moment
        lastPass = (json["passes"]?.array?.last?.array?.first).moment
        patience = json["silentAfter"]?.double.map { .seconds(min(max($0, 0), 1e7)) }
        troubles = (json["troubles"]?.array ?? []).map { ($0["why"].text, $0["since"].moment) }
        faults = (json["faults"]?.array ?? []).map { fault in
            let line = fault["line"]?.int.map { ":\($0)" } ?? ""
            let entry = fault["entry"].text
            return "\(fault["file"].text)\(line): \(entry.isEmpty ? "" : entry + ": ")\(fault["message"].text)"
        }
        faultsSince = json["faultsSince"].moment
        var notices: [String] = []
        let (pending, givenUp) = (json["webhooks"]?["pending"]?.array ?? [], json["webhooks"]?["givenUp"]?.array ?? [])
        if !pending.isEmpty { notices.append("\(count(pending.count, "webhook")) waiting") }
        notices += givenUp.map { "webhook \($0["url"].text) for \($0["image"].text) was given up: \($0["why"].text)" }
        for one in json["allowances"]?.array ?? [] {
            guard let remaining = one["remaining"]?.int else { continue }
            let limit = one["limit"]?.int.map { " of \($0)" } ?? ""
            notices.append("\(one["registry"].text) allows \(remaining)\(limit) more pulls")
        }
        if let free = json["disk"]?["free"]?.int, let floor = json["disk"]?["floor"]?.int, free < floor {
            let (free, floor) = (ByteCount(bytes: Int64(free)), ByteCount(bytes: Int64(floor)))
            notices.append("only \(free) of disk space are free, less than --disk-floor \(floor)")
        }
        self.notices = notices
    }
}

extension StatusSummary {
    /// Why what is shown may be true no longer.
    enum Silence: Sendable {
        /// Nobody holds the state folder.
        case nobodyRuns
        /// Whoever holds it, or held it, has written nothing for too long.
        case nothingWritten
    }

    /// Whether its writer should be heard of and is not; `isHeld` tells whether a `reconcile` holds the state folder, nil
    /// if that cannot be seen.
    func silence(isHeld: Bool?, now: Moment) -> Silence? {
        guard let written, let patience else { return nil }
        if isHeld == false { return .nobodyRuns }
        return now - written > patience ? .nothingWritten : nil
    }
}

extension StatusSummary.Image {
    init(_ json: JSON) {
        name = json["image"].text
        state = json["state"].text
        since = json["since"].moment
        let work = json["work"]
        why =
            work.map { "\($0["action"].text): \($0["line"].text.isEmpty ? $0["reason"].text : $0["line"].text)" }
            ?? json["why"].text
        reason = json["reason"].text
        changed = json["changed"].moment
        next = json["next"].moment
        tries = json["tries"]?.int ?? 0
        func side(_ key: String) -> String {
            let (digest, commit) = (json[key]?["digest"].text ?? "", json[key]?["commit"].text ?? "")
            return [digest, commit.isEmpty ? "" : "commit " + commit].filter { !$0.isEmpty }.joined(separator: " ")
        }
        desired = side("desired")
        actual = side("actual")
        source = json["source"].text
        size = json["size"]?.int.map(Int64.init)
        bases = (json["bases"]?.array ?? []).map(baseText)
        runs = (json["runs"]?.array ?? []).compactMap { Run($0) }
        log = json["log"]?.string
        self.json = json
    }
}

private func baseText(_ base: JSON) -> String {
    var text = "\(base["image"].text) \(base["digest"].text)"
    if let isHere = base["here"]?.bool { text += isHere ? ", kept here" : ", from elsewhere" }
    return text
}

extension JSON? {
    /// A text that may be shown; empty if there is none.
    fileprivate var text: String { visible(self?.string ?? "") }

    fileprivate var moment: Moment? { self?.int.map { Moment(seconds: Int64(clamping: min(max($0, 0), 1 << 40))) } }
}
