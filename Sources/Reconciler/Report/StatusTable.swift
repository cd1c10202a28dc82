/// What `reconcile status` prints: a table as wide as the terminal, or one image in full.
struct StatusTable {
    let summary: StatusSummary
    var silence: StatusSummary.Silence?
    let now: Moment
    /// Columns of the terminal; nil when piped, and then no line is broken.
    let width: Int?
    let isColoured: Bool

    /// A line for each of `images`, the failing first, then in the order of the files; `withRest` adds what is wrong
    /// beside them, and how many there are in each state.
    func lines(of images: [StatusSummary.Image], withRest: Bool) -> [String] {
        let order = ImageStatus.Condition.names
        let sorted = images.enumerated().sorted { left, right in
            let (a, b) = (order.firstIndex(of: left.element.state) ?? 0, order.firstIndex(of: right.element.state) ?? 0)
            return (a, left.offset) < (b, right.offset)
        }.map(\.element)
        return rows(sorted)
            + (withRest ? (summary.notices + faults + warnings + [total]).flatMap { whole(visible($0)) } : [])
    }

    /// Everything that is known of one image, `log` being the last lines that name it.
    func lines(of image: StatusSummary.Image, log: [String]) -> [String] {
        var lines = [paint(image.name, bold: true) + "  " + paint(image.state, as: image.state)]
        func add(_ name: String, _ value: String) {
            if !value.isEmpty { lines.append(padded(name, 12) + value) }
        }
        add("since", image.since.map(clock) ?? "")
        add("why", image.why)
        if image.isWaiting {
            add("until", image.next.map(clock) ?? "")
        } else {
            add("next try", image.next.map { isServed ? "\(stamp($0)), \(nextTry($0))" : nextTry($0) } ?? "")
        }
        add("tries", image.tries > 0 ? "\(image.tries) in vain" : "")
        add("source", image.source)
        add("desired", image.desired)
        add("registry", image.actual)
        add("size", image.size.map { "\(ByteCount(bytes: $0))" } ?? "")
        for (index, base) in image.bases.enumerated() { add(index == 0 ? "bases" : "", base) }
        add("changed", image.changed.map(clock) ?? "")
        add("reason", image.reason)
        if !image.runs.isEmpty { lines += ["", "last runs"] }
        for run in image.runs.reversed() {
            let row = "  \(stamp(run.start))  \(padded(run.result.rawValue, 9))\(secondsText(run.duration))"
            lines.append(run.result == .failed ? paint(row, as: "failing") : row)
        }
        lines += warnings.isEmpty ? [] : [""] + warnings.flatMap { whole(visible($0)) }
        return lines + (log.isEmpty ? [] : ["", "log"] + log.map { "  " + visible($0) })
    }

    private func rows(_ images: [StatusSummary.Image]) -> [String] {
        guard !images.isEmpty else { return [] }
        let longest = images.map { columns(of: $0.name) }.max() ?? 0
        let name = max(5, width.map { min(longest, $0 * 2 / 5) } ?? longest)
        let isRoomy = (width ?? .max) >= 100
        let title = padded("IMAGE", name) + "  " + padded("STATE", 9) + padded("SINCE", 8)
        let head = title + (isRoomy ? padded("REGISTRY", 14) : "") + "WHY"
        return [paint(head, bold: true)] + images.flatMap { row($0, name, isRoomy) }
    }

    /// One image: what matters is never cut, so a long name has a line of its own and a long reason as many as it needs.
    private func row(_ image: StatusSummary.Image, _ name: Int, _ isRoomy: Bool) -> [String] {
        let digest = isRoomy ? padded(String(image.actual.drop { $0 != ":" }.dropFirst().prefix(12)), 14) : ""
        let since = padded(image.since.map { age($0, isShort: true) } ?? "", 8)
        let isLong = columns(of: image.name) > name
        let left = padded(isLong ? "" : image.name, name) + "  "
        let indent = columns(of: left) + 9 + columns(of: since) + columns(of: digest)
        let room = width.map { max(10, $0 - indent) } ?? .max
        let wait = image.isWaiting ? image.next.map { "\(age($0)): " } ?? "" : ""
        let retry = image.isBad ? image.next.map { " (next try \(nextTry($0)))" } ?? "" : ""
        // Why an image that is in line changed last is good to know, and no more.
        let why = image.why.isEmpty ? [fitted(image.reason, room)] : wrapped(wait + image.why + retry, room)
        let first = left + paint(image) + since + digest + (why.first ?? "")
        let rest = why.dropFirst().map { String(repeating: " ", count: indent) + $0 }
        return (isLong ? whole(image.name) : []) + ([first] + rest).map(withoutEnd)
    }

    private func withoutEnd(_ line: String) -> String { String(line.reversed().drop { $0 == " " }.reversed()) }

    /// `2026/11/23 18:04:05, 3h ago`, by the clock of the log.
    private func clock(_ moment: Moment) -> String { "\(stamp(moment)), \(age(moment))" }

    /// Whether a service wrote this and goes on: only it keeps to the times of next tries.
    private var isServed: Bool { summary.patience != nil && silence == nil }

    private func nextTry(_ moment: Moment) -> String {
        guard isServed else { return "at the next pass" }
        return moment > now ? age(moment) : "now"
    }

    private var faults: [String] {
        guard !summary.faults.isEmpty else { return [] }
        let since = summary.faultsSince.map { " since \(stamp($0)), \(age($0))" } ?? ""
        return summary.faults + ["desired/ is invalid\(since); the last valid one stays in use"]
    }

    /// What makes all of the above less than certain.
    var warnings: [String] {
        let troubles = summary.troubles.map { trouble in
            trouble.why + (trouble.since.map { ", since \(stamp($0)), \(age($0))" } ?? "")
        }
        let past = summary.written.map { age($0, isShort: true) } ?? ""
        switch silence {
        case nil: return troubles
        case .nobodyRuns: return troubles + ["no reconcile is running; this is how things stood \(past) ago"]
        case .nothingWritten: return troubles + ["no word from the service for \(past): it may hang, or have stopped"]
        }
    }

    private var total: String {
        let counts = ImageStatus.Condition.names.compactMap { state -> String? in
            let number = summary.images.count { $0.state == state }
            return number == 0 ? nil : "\(number) \(state == "in-line" ? "in line" : state)"
        }
        let pass = summary.lastPass.map { "; last pass \(age($0))" } ?? "; no pass yet"
        return (counts.isEmpty ? "nothing is desired" : counts.joined(separator: ", ")) + pass
    }

    private func whole(_ line: String) -> [String] { width.map { wrapped(line, $0) } ?? [line] }

    private func paint(_ image: StatusSummary.Image) -> String { paint(padded(image.state, 9), as: image.state) }

    /// The colours of the eight that every terminal has (ECMA-48: SGR).
    private func paint(_ text: String, as state: String = "", bold: Bool = false) -> String {
        guard isColoured else { return text }
        let code =
            switch state {
            case "in-line": "32"
            case "failing": "31"
            case "unknown": "35"
            case "working": "34"
            case "waiting": "33"
            default: bold ? "1" : "2"
            }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }

    /// `3h ago`, `in 2m`; without words if short.
    private func age(_ moment: Moment, isShort: Bool = false) -> String {
        let seconds = Int((now - moment).inSeconds)
        let size = abs(seconds)
        let text =
            switch size {
            case ..<60: "\(size)s"
            case ..<5_400: "\(size / 60)m"
            case ..<129_600: "\(size / 3_600)h"
            default: "\(size / 86_400)d"
            }
        if isShort { return text }
        return seconds < 0 ? "in \(text)" : "\(text) ago"
    }
}
