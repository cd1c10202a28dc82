/// `status.json`: the board as one document that programs may rely on.
///
/// All times are whole seconds since 1970. It is written piece by piece, because as one value 2,000 images would take
/// many times the memory.
struct StatusDocument {
    let board: StatusBoard
    let now: Moment

    /// With more images each shows fewer of its last runs, so that the document stays below 2 MB for 2,000 of them.
    private var mostRuns: Int { min(RunHistory.mostRuns, max(5, 16_000 / max(1, board.images.count))) }

    var text: String {
        var text = ""
        write(to: &text)
        return text
    }

    /// Each image has a line of its own, which `EarlierStatus` relies on.
    func write(to text: inout some TextOutputStream) {
        text.write("{\"format\":\"reconcile status\",\"version\":1")
        for (key, value) in head {
            text.write(",\"\(key)\":")
            value.write(to: &text)
        }
        text.write(",\"images\":[")
        for (index, image) in board.images.enumerated() {
            text.write(index == 0 ? "\n" : ",\n")
            image.json(mostRuns: mostRuns, board.names).write(to: &text)
        }
        text.write("\n]}\n")
    }

    private var head: [(String, JSON)] {
        let counted = board.counts
        let counts = ImageStatus.Condition.names.map { name in (name, JSON.number(counted[name] ?? 0) as JSON?) }
        let (pending, givenUp) = (
            board.webhooks.filter { $0.nextTry != nil }, board.webhooks.filter { $0.nextTry == nil }
        )
        var members: [(String, JSON?)] = [
            ("program", .string(board.facts.version)), ("commit", .string(board.facts.commit)),
            ("registry", .string(board.facts.registry)),
            ("started", board.facts.started.json), ("written", now.json),
            ("interval", board.facts.interval.map { .number($0.inSeconds) }),
            ("silentAfter", board.isLasting ? .number(Reporter.heartbeat.inSeconds * 3) : nil),
            ("counts", JSON(members: counts)),
            ("headline", Headline(board).json),
            ("trouble", board.troubles.why.map { .shown($0) }), ("troubleSince", board.troubles.since?.json),
            ("troubles", board.troubles.all.isEmpty ? nil : .list(board.troubles.all.map { $1.json(about: $0) })),
            ("passBegan", board.passBegan?.json),
            ("lastSuccess", board.lastSuccess?.json), ("passes", .list(board.passes.map(\.json))),
        ]
        members += [
            ("faults", .list(board.faults.map(\.json))), ("faultsSince", board.faultsSince?.json),
            (
                "webhooks",
                JSON(members: [("pending", .list(pending.map(\.json))), ("givenUp", .list(givenUp.map(\.json)))])
            ),
            ("allowances", .list(board.sortedAllowances.map { $1.json(registry: $0) })),
            (
                "disk",
                JSON(members: [
                    ("free", board.diskFree.map { .number(Int($0.bytes)) }),
                    ("floor", .number(Int(board.facts.diskFloor.bytes))),
                ])
            ),
        ]
        return members.compactMap { key, value in value.map { (key, $0) } }
    }
}

extension Moment {
    /// Whole seconds since 1970.
    var json: JSON { .number(Int(seconds)) }
}

extension ImageStatus {
    func json(mostRuns: Int, _ names: KeptNames?) -> JSON {
        var members: [(String, JSON?)] = [
            ("image", .string(image)), ("kind", .string(image.kind.rawValue)), ("source", .string(source)),
            ("state", .string(condition.name)), ("since", since.json),
        ]
        var next = failure?.nextTry
        switch condition {
        case .inLine, .paused: break
        case .waiting(let why, let until):
            members.append(("why", .shown(why)))
            next = until ?? next
        case .working(let work): members.append(("work", work.json))
        case .failing(let why), .unknown(let why): members.append(("why", .shown(why)))
        }
        members += [
            ("next", next?.json), ("tries", failure.map { .number($0.tries) }),
            ("desired", desired.json), ("actual", actual.json), ("size", size.map { .number(Int($0)) }),
            ("bases", bases.isEmpty ? nil : .list(bases.sorted { $0.key < $1.key }.map { base($0, $1, names) })),
            ("reason", history.reason.map { .shown($0) }),
            ("changed", history.changed?.json), ("runs", .list(history.runs.suffix(mostRuns).map(\.json))),
        ]
        if let logFile { members.append(("log", .string(logFile))) }
        return JSON(members: members)
    }

    /// `here` says whether the base is kept here too; it is left out before the first pass.
    private func base(_ name: String, _ digest: Digest, _ names: KeptNames?) -> JSON {
        let isHere = names.flatMap { names in (try? ImageReference(name)).map { names.keeps($0) } }
        return JSON(members: [
            ("image", .string(name)), ("digest", .string(digest)), ("here", isHere.map { JSON(.bool($0)) }),
        ])
    }
}

extension ImageStatus.Side {
    fileprivate var json: JSON? {
        guard commit != nil || digest != nil else { return nil }
        return JSON(members: [
            ("commit", commit.map { .string($0) }), ("digest", digest.map { .string($0) }),
            ("subject", subject.map { .shown($0, atMost: 100) }),
        ])
    }
}

extension ImageStatus.Work {
    fileprivate var json: JSON {
        JSON(members: [
            ("action", .string(verb)), ("began", began.json),
            ("reason", .shown(reasons.map(\.description).joined(separator: "; "))),
            ("line", line.map { .shown($0) }), ("bytes", bytes > 0 ? .number(Int(bytes)) : nil),
            ("total", total.map { .number(Int($0)) }),
        ])
    }
}

extension StatusBoard.PassRun {
    /// `[start, seconds, images changed, images failing]`.
    fileprivate var json: JSON {
        [.number(Int(start.seconds)), .number(duration.inSeconds), .number(changed), .number(failing)]
    }

    /// Reads back what `json` writes; nil for anything else.
    init?(_ json: JSON) {
        guard let parts = json.array, parts.count == 4, let start = parts[0].int, let seconds = parts[1].double,
            (0..<1e9).contains(seconds), let changed = parts[2].int, let failing = parts[3].int
        else { return nil }
        self.init(
            start: Moment(seconds: Int64(clamping: min(start, 1 << 40))),
            duration: .seconds(seconds),
            changed: changed,
            failing: failing
        )
    }
}

extension StatusBoard {
    /// Whether there is more to come: a single pass that has ended writes nothing any more.
    fileprivate var isLasting: Bool { facts.interval != nil || passBegan != nil }
}

extension Trouble {
    fileprivate func json(about subject: Subject) -> JSON {
        JSON(members: [("about", .string(subject.rawValue)), ("why", .shown(why)), ("since", since.json)])
    }
}

extension StatusBoard.Webhook {
    fileprivate var json: JSON {
        JSON(members: [
            ("url", .shown(url)), ("image", .string(image)), ("since", since.json), ("tries", .number(tries)),
            ("next", nextTry?.json), ("why", why.map { .shown($0) }),
        ])
    }
}

extension RateLimits.Standing {
    fileprivate func json(registry: RegistryHost) -> JSON {
        JSON(members: [
            ("registry", .string(registry)), ("remaining", remaining.map { .number($0) }),
            ("limit", limit.map { .number($0) }), ("windowEnd", windowEnd?.json), ("quietUntil", quietUntil?.json),
        ])
    }
}

extension ConfigurationFault {
    fileprivate var json: JSON {
        JSON(members: [
            ("file", .string(file)), ("line", line.map { .number($0) }),
            ("column", position?.column.map { .number($0) }),
            ("entry", entry.map { .shown($0) }), ("message", .shown(message)),
        ])
    }
}

extension JSON {
    /// A text for people: one line without control characters, and no longer than people read.
    fileprivate static func shown(_ text: String, atMost limit: Int = 400) -> JSON {
        let line = visible(text)
        guard line.unicodeScalars.count > limit else { return .string(line) }
        return .string(String(line.unicodeScalars.prefix(limit)) + "…")
    }
}
