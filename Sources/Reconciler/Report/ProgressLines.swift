/// What runs just now, one line each and a total, for a terminal.
struct ProgressLines {
    private let board: StatusBoard
    private let now: Moment
    private let looks: [LookWatch.Place]
    private let looked: Int

    init(_ board: StatusBoard, _ now: Moment, _ watch: LookWatch = LookWatch()) {
        self.board = board
        self.now = now
        (looks, looked) = (watch.waiting, watch.done)
    }

    /// The lines, each narrower than the terminal, and so few that half of it is left; none between passes.
    func text(size: (columns: Int, rows: Int)) -> [String] {
        guard let began = board.passBegan else { return [] }
        let working = board.images.compactMap { status -> (ImageID, ImageStatus.Work)? in
            guard case .working(let work) = status.condition else { return nil }
            return (status.image, work)
        }
        let rows = working.isEmpty ? looks.map(row) : working.map(row)
        let most = max(1, size.rows / 2 - 1)
        let name = min(size.columns / 3, max(30, size.columns / 4), rows.map { columns(of: $0.name) }.max() ?? 0)
        let lines = rows.prefix(most).map { row in
            fitted(padded(row.verb, 9) + padded(row.name, name) + "  " + row.text, size.columns - 1)
        }
        return lines + [fitted(total(since: began, hidden: rows.count - lines.count), size.columns - 1)]
    }

    private func row(_ image: ImageID, _ work: ImageStatus.Work) -> (verb: String, name: String, text: String) {
        (work.verb, visible(image.description), text(of: work))
    }

    private func row(_ place: LookWatch.Place) -> (verb: String, name: String, text: String) {
        let many = place.asking + place.done > 1 ? "  \(place.done) of \(place.done + place.asking)" : ""
        return ("look", visible(place.name), clockText((now - place.began).inSeconds) + many)
    }

    private func text(of work: ImageStatus.Work) -> String {
        let elapsed = max(0, (now - work.began).inSeconds)
        guard work.bytes > 0 || work.total != nil else {
            return clockText(elapsed) + "  " + (work.line ?? "")
        }
        let rate = elapsed > 0.5 ? Double(work.bytes) / elapsed : 0
        var parts = [ByteCount(bytes: work.bytes).description]
        if let total = work.total, total > 0 {
            let share = min(1, Double(work.bytes) / Double(total))
            parts = [bar(share), "\(ByteCount(bytes: work.bytes)) of \(ByteCount(bytes: total))"]
        }
        if rate > 0 { parts.append("\(ByteCount(bytes: Int64(rate)))/s") }
        if let total = work.total, rate > 0, total > work.bytes {
            parts.append("\(clockText(Double(total - work.bytes) / rate)) left")
        }
        return parts.joined(separator: "  ")
    }

    private func total(since began: Moment, hidden: Int) -> String {
        let elapsed = clockText((now - began).inSeconds)
        let more = hidden > 0 ? "  and \(hidden) more at work" : ""
        if board.work.due == 0 {
            let what = board.images.isEmpty ? "the config repo" : count(board.images.count, "image")
            let answers = looked > 0 ? "  \(count(looked, "answer"))" : ""
            return "looking at \(what)\(answers)\(more)  \(elapsed)"
        }
        let failing = board.images.count { $0.condition.name == "failing" }
        let failed = failing > 0 ? "  \(failing) failing" : ""
        return "\(board.work.done) of \(board.work.due) done\(failed)\(more)  \(elapsed)"
    }

    private func bar(_ share: Double) -> String {
        let full = Int((share * 10).rounded(.down))
        let percent = "\(Int(share * 100))%"
        return String(repeating: "█", count: full) + String(repeating: "░", count: 10 - full) + " "
            + String(repeating: " ", count: 4 - percent.count) + percent
    }
}

/// `0:07`, `12:30`, `1:02:03`.
func clockText(_ seconds: Double) -> String {
    let whole = Int(max(0, min(seconds, 1e9)))
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let minutes = whole / 60
    return minutes < 60
        ? "\(minutes):\(two(whole % 60))" : "\(minutes / 60):\(two(minutes % 60)):\(two(whole % 60))"
}
