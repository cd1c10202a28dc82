/// What the arguments and the environment amount to.
enum Invocation: Sendable, Equatable {
    /// Print that help text (nil: the overview) on standard output.
    case help(HelpTopic?)
    case version
    case run(Subcommand, Settings)

    /// Reads the arguments (without the program's name) and the `RECONCILE_…` variables; the arguments win.
    init(arguments: [String], environment: [String: String]) throws(UsageError) {
        let parsed = try Arguments(arguments)
        let topic = try parsed.topic()
        if parsed.flags.contains(.version) {
            self = .version
        } else if parsed.flags.contains(.help) {
            self = .help(parsed.words.isEmpty && topic == .service ? nil : topic)
        } else if topic == .help {
            try parsed.checkOptions(of: topic)
            self = .help(try parsed.helpTopic())
        } else {
            try parsed.checkOptions(of: topic)
            let command = try parsed.command(topic)
            let options = topic == .demo ? SettingOption.ofDemo : SettingOption.allCases
            self = .run(command, try Settings(parsed.values, environment: environment, options: options))
        }
    }
}

extension Arguments {
    /// The command word's topic; without one the service's, or that of `--once`.
    fileprivate func topic() throws(UsageError) -> HelpTopic {
        guard let word = words.first else { return flags.contains(.once) ? .once : .service }
        let commands = HelpTopic.words
        guard let topic = commands.first(where: { $0.rawValue == word }) else {
            throw UsageError("unknown command \(quoted(word))" + cure(for: word, among: commands.map(\.rawValue)))
        }
        return topic
    }

    fileprivate func helpTopic() throws(UsageError) -> HelpTopic? {
        guard words.count <= 2 else { throw UsageError("help takes one command; saw \(quoted(words[2])) too") }
        guard words.count == 2 else { return nil }
        let topics = HelpTopic.allCases
        guard let topic = topics.first(where: { $0.rawValue == words[1] }) else {
            throw UsageError("no help on \(quoted(words[1]))" + cure(for: words[1], among: topics.map(\.rawValue)))
        }
        return topic
    }

    /// Refuses options that the command does not take.
    fileprivate func checkOptions(of topic: HelpTopic) throws(UsageError) {
        let name = topic == .service ? "without a command, reconcile" : quoted(topic.rawValue)
        for flag in CommandOption.allCases where flags.contains(flag) && !flag.topics.contains(topic) {
            throw UsageError("\(name) does not take \(flag.name); see reconcile help \(topic.rawValue)")
        }
        for option in SettingOption.allCases
        where values[option] != nil && topic == .demo && !SettingOption.ofDemo.contains(option) {
            throw UsageError("\(name) does not take \(option.name); see reconcile help \(topic.rawValue)")
        }
    }

    fileprivate func command(_ topic: HelpTopic) throws(UsageError) -> Subcommand {
        let operands = Array(words.dropFirst())
        switch topic {
        case .force where operands.isEmpty:
            throw UsageError("\"force\" needs the name of an image or a pattern, such as test-*")
        case .status where operands.count > 1: throw unexpected(operands[1], of: topic)
        case .force, .status: break
        default: if let operand = operands.first { throw unexpected(operand, of: topic) }
        }
        let asJSON = flags.contains(.json)
        switch topic {
        case .service, .help, .options: return .service
        case .once: return .once
        case .plan: return .plan(asJSON: asJSON)
        case .check: return .check
        case .force: return .force(try patterns(operands))
        case .status:
            let image = try patterns(operands).first
            return .status(.init(image: image, asJSON: asJSON, onlyFailing: flags.contains(.failing)))
        case .prune: return .prune(try pruneOrder())
        case .demo: return .demo(keepsFolder: flags.contains(.keep))
        }
    }

    private func unexpected(_ operand: String, of topic: HelpTopic) -> UsageError {
        UsageError("\(quoted(topic.rawValue)) does not take \(quoted(operand)); see reconcile help \(topic.rawValue)")
    }

    private func patterns(_ operands: [String]) throws(UsageError) -> [Glob] {
        var patterns: [Glob] = []
        for operand in operands {
            patterns.append(try asUsage { () throws(Malformed) in try Glob(imagePattern: operand) })
        }
        return patterns
    }

    private func pruneOrder() throws(UsageError) -> Subcommand.PruneOrder {
        guard let text = flagValues[.olderThan] else { return .init(extent: extent, olderThan: nil) }
        // No age at all is no interval or limit, but it is one that a tag may have.
        if text == "0" || text == "0s" { return .init(extent: extent, olderThan: .zero) }
        let age = try asUsage(of: "--older-than") { () throws(Malformed) in try Duration(text: text) }
        return .init(extent: extent, olderThan: age)
    }

    private var extent: Subcommand.PruneOrder.Extent {
        guard flags.contains(.delete) else { return .nothing }
        return flagValues[.delete] == nil ? .upToHalf : .all
    }
}

/// The end of an error line: the nearest that there is, else where to look.
func cure(for word: String, among candidates: [String]) -> String {
    nearest(to: word, among: candidates).map { "; did you mean \(quoted($0))?" } ?? "; see reconcile --help"
}

/// Runs `read`; what it throws becomes a usage error, after the name of the option it is about.
func asUsage<Value>(of name: String? = nil, _ read: () throws(Malformed) -> Value) throws(UsageError) -> Value {
    do {
        return try read()
    } catch {
        throw UsageError((name.map { $0 + ": " } ?? "") + error.message)
    }
}
