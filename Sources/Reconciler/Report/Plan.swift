/// What a pass would do, for people and for programs.
struct Plan {
    let drifts: [Drift]
    /// What the copies would cost at each upstream.
    var pulls: [UpstreamPulls] = []
    /// Why nothing that has drifted can be built or copied; nil if it can.
    var obstacle: String?

    var hasDrift: Bool { drifts.contains { $0.verdict.needsWork } }

    /// A line for each image that is not simply in line, one that counts them, and what they cost each upstream.
    var lines: [String] { drifts.compactMap(\.line) + [summary] + pulls.map(\.line) }

    /// A line for each image that could not be looked at or cannot be put right, and one for what stops all of them.
    var complaints: [String] {
        let all = obstacle.map { [visible("nothing can be built or copied: \($0)")] } ?? []
        return all
            + drifts.compactMap { drift in
                switch drift.verdict {
                case .unknown(let why), .stalled(let why): return visible("\(drift.image): \(why)")
                case .drifted(_, let reasons):
                    guard case .lookFailed(let why)? = reasons.last else { return nil }
                    return visible("\(drift.image): \(why)")
                case .inLine, .learn, .waiting, .paused: return nil
                }
            }
    }

    var json: JSON {
        JSON(members: [
            ("version", 1), ("drift", JSON(.bool(hasDrift))), ("images", .list(drifts.map(\.json))),
            ("pulls", pulls.isEmpty ? nil : .list(pulls.map(\.json))), ("obstacle", obstacle.map { .string($0) }),
        ])
    }

    private var summary: String {
        let actions = drifts.compactMap { drift -> String? in
            guard case .drifted(let action, _) = drift.verdict else { return nil }
            return action.verb
        }
        let counts = ["build", "copy", "copy referrers of", "put back"].compactMap { verb in
            let number = actions.count { $0 == verb }
            return number == 0 ? nil : "\(number) to \(verb)"
        }
        let others = ["waiting", "paused", "unknown", "stalled"].compactMap { name in
            let number = drifts.count { $0.verdict.name == name }
            return number == 0 ? nil : "\(number) \(name)"
        }
        let rest = drifts.count { $0.verdict.isInLine }
        return (counts + ["\(rest) in line"] + others).joined(separator: ", ")
    }
}

extension Drift {
    fileprivate var line: String? {
        switch verdict {
        case .inLine, .learn: nil
        case .drifted(let action, let reasons):
            visible("\(action.verb) \(image): \(reasons.map(\.description).joined(separator: "; "))")
        case .waiting(let until, let why, _): visible("wait \(image): \(why), until \(until)")
        case .paused: "paused \(image)"
        case .unknown(let why): visible("unknown \(image): \(why)")
        case .stalled(let why): visible("stalled \(image): \(why)")
        }
    }

    fileprivate var json: JSON {
        var members: [(String, JSON?)] = [
            ("image", .string(image)), ("kind", .string(image.kind.rawValue)), ("verdict", .string(verdict.name)),
        ]
        switch verdict {
        case .inLine, .learn, .paused: break
        case .drifted(let action, let reasons):
            members += [("action", .string(action.verb)), ("reasons", .list(reasons.map(\.json)))]
        case .waiting(let until, let why, let reasons):
            members += [("until", .string(until)), ("why", .string(why)), ("reasons", .list(reasons.map(\.json)))]
        case .unknown(let why), .stalled(let why): members += [("why", .string(why))]
        }
        return JSON(members: members)
    }
}

extension Reason {
    fileprivate var json: JSON {
        JSON(members: [
            ("reason", .string(name)), ("text", .string(description)), ("from", values.map { .string($0.from) }),
            ("to", values.map { .string($0.to) }),
        ])
    }
}

extension Verdict {
    /// Whether the image is as it should be.
    var isInLine: Bool {
        switch self {
        case .inLine, .learn: true
        case .drifted, .waiting, .paused, .unknown, .stalled: false
        }
    }

    /// The word for programs.
    var name: String {
        switch self {
        case .inLine, .learn: "in-line"
        case .drifted: "drifted"
        case .waiting: "waiting"
        case .paused: "paused"
        case .unknown: "unknown"
        case .stalled: "stalled"
        }
    }
}
