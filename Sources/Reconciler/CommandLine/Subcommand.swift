/// What the program is asked to do.
enum Subcommand: Sendable, Equatable {
    /// Keep reconciling.
    case service
    /// One full pass, then exit.
    case once
    case plan(asJSON: Bool)
    case check
    /// Rebuild or copy what these patterns name, drifted or not.
    case force([Glob])
    case status(StatusQuery)
    case prune(PruneOrder)
    case demo(keepsFolder: Bool)

    struct StatusQuery: Sendable, Equatable {
        /// The images to show; nil for all.
        let image: Glob?
        let asJSON: Bool
        let onlyFailing: Bool
    }

    struct PruneOrder: Sendable, Equatable {
        enum Extent: Sendable, Equatable {
            /// Only say what would be deleted.
            case nothing
            /// Delete, unless it is more than half of all that is known.
            case upToHalf
            /// Delete however much it is.
            case all
        }

        let extent: Extent
        /// Only tags that nothing has desired for longer than this; nil for any time.
        let olderThan: Duration?
    }
}

/// What there is a page of help for: the commands, both ways without one, and the options.
enum HelpTopic: String, CaseIterable, Sendable {
    case service
    case once
    case plan
    case check
    case force
    case status
    case prune
    case demo
    case help
    case options

    /// Those that are a word on the command line.
    static let words: [HelpTopic] = [.plan, .check, .force, .status, .prune, .demo, .help]
}
