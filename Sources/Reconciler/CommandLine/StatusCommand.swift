import Glibc

extension Installation {
    /// `reconcile status`: how every image stands, as the service or the last pass wrote it; takes no lock.
    func status(_ query: Subcommand.StatusQuery) -> ExitStatus {
        do {
            let json = try statusDocument()
            let summary = try StatusSummary(json)
            return show(summary, json, query)
        } catch {
            return refusal(error)
        }
    }

    /// What `status.json` says; where there is none, what the state file and `desired/` amount to.
    private func statusDocument() throws -> JSON {
        do {
            return try JSONReader.read(readFile(pages + "/status.json", atMost: 64 << 20))
        } catch let fault as FileFault where fault.isNotFound {
            var board = reporter.snapshot
            board.desire(try reader.read(checkout: config), try StateFile.peek(in: state), now: .current())
            return try JSONReader.read(Array(StatusDocument(board: board, now: .current()).text.utf8))
        }
    }

    private func show(_ summary: StatusSummary, _ json: JSON, _ query: Subcommand.StatusQuery) -> ExitStatus {
        let named = summary.images.filter { image in query.image.map { image.isNamed(by: $0) } ?? true }
        if let pattern = query.image, named.isEmpty {
            let hint = nearest(to: pattern.description, among: summary.images.map(\.name))
            let cure = hint.map { "; did you mean \(quoted($0))?" } ?? ""
            complain("reconcile: no image matches \(quoted(pattern.description))\(cure)")
            return .failed
        }
        let shown = named.filter { !query.onlyFailing || $0.isBad }
        let silence = summary.silence(isHeld: StateLock.isHeld(in: state), now: .current())
        let isWrong = silence != nil || !summary.troubles.isEmpty || query.image == nil && !summary.faults.isEmpty
        let status: ExitStatus = isWrong || named.contains(where: \.isBad) ? .failed : .done
        if query.asJSON {
            let others = (json.members ?? []).filter { $0.key != "images" }.map { ($0.key, $0.value as JSON?) }
            put(JSON(members: others + [("images", .list(shown.map(\.json)))]).pretty, on: 1)
            return status
        }
        let isTerminal = isatty(1) == 1
        let environment = currentEnvironment()
        let table = StatusTable(
            summary: summary,
            silence: silence,
            now: .current(),
            width: isTerminal
                ? terminalSize(1).columns : environment["COLUMNS"].flatMap { Int($0) }.map { max(20, $0) },
            // https://no-color.org: set and not empty means no colours.
            isColoured: isTerminal && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
        )
        if let pattern = query.image, !pattern.hasWildcards, let image = shown.first, shown.count == 1 {
            for line in table.lines(of: image, log: lastLines(about: image)) { say(line) }
        } else {
            for line in table.lines(of: shown, withRest: query.image == nil) { say(line) }
        }
        return status
    }

    /// The last lines of the log that name an image, and of its build's output.
    private func lastLines(about image: StatusSummary.Image) -> [String] {
        var recent = RecentLines()
        if let bytes = try? readFile(pages + "/log.txt", atMost: 1 << 20) {
            recent.add(String(decoding: bytes, as: UTF8.self))
        }
        let lines = recent.last(10, naming: image.name)
        guard let log = image.log, !log.contains(".."),
            let bytes = try? readFile("\(pages)/\(log)", atMost: 16 << 20)
        else { return lines }
        let output = bytes.split(separator: UInt8(ascii: "\n")).suffix(10).map { String(decoding: $0, as: UTF8.self) }
        return lines + ["", "\(pages)/\(log)"] + output
    }
}

extension StatusSummary.Image {
    /// Whether a pattern names it, with or without its tag.
    fileprivate func isNamed(by pattern: Glob) -> Bool {
        pattern.matches(name) || name.contains(":") && pattern.matches(String(name.prefix { $0 != ":" }))
    }
}
