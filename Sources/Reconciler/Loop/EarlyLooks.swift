/// The looks that nudges made come early, each kept apart from the one before.
///
/// A source is looked at every ten seconds at most on account of nudges, and so is the config repo; a registry every
/// minute: anyone may nudge, and an upstream counts what it is asked.
struct EarlyLooks: Sendable {
    /// A time since the start of the loop.
    struct Instant: InstantProtocol, Hashable {
        let elapsed: Duration

        static func < (left: Instant, right: Instant) -> Bool { left.elapsed < right.elapsed }
        func advanced(by duration: Duration) -> Instant { Instant(elapsed: elapsed + duration) }
        func duration(to other: Instant) -> Duration { other.elapsed - elapsed }
    }

    /// What to look at now.
    struct Due: Sendable {
        let looks: Set<Look>
        let isConfigurationDue: Bool
    }

    private enum Configuration { case repository }

    private var configuration = NudgeThrottle<Configuration, Instant>(gap: .seconds(10))
    private var sources = NudgeThrottle<Look, Instant>(gap: .seconds(10))
    private var images = NudgeThrottle<Look, Instant>(gap: .seconds(60))

    /// When there is something to look at; nil if nothing was asked for.
    var nextDue: Duration? {
        [configuration.nextDue, sources.nextDue, images.nextDue].compactMap { $0?.elapsed }.min()
    }

    /// Asks for what a nudge names: the sources in any spelling of their URL, or everything; the config repo always,
    /// because it may know of a source that `desired` does not.
    mutating func ask(_ nudge: Nudge?, of desired: Desired, _ mirrored: [MirroredTag], at now: Duration) {
        let instant = Instant(elapsed: now)
        switch nudge {
        case nil: return
        case .repositories([])?: return
        case .repositories(let identities)?:
            configuration.ask(for: [.repository], at: instant)
            let named = PushedRepositories(identities)
            sources.ask(for: Set(desired.builds.map(\.source)).filter(named.contains).map { .source($0) }, at: instant)
        case .everything?:
            configuration.ask(for: [.repository], at: instant)
            sources.ask(for: Set(desired.builds.map(\.source)).map { .source($0) }, at: instant)
            let lists = desired.mirrors.filter { $0.rule != nil }.map { Look.list($0.upstream) }
            let looks = mirrored.flatMap { [Look.upstream($0.id), .registry($0.id)] }
            let builds = desired.builds.map { Look.registry(.build($0.key)) }
            images.ask(for: Set(lists) + looks + builds, at: instant)
        }
    }

    /// Takes what may be looked at by now.
    mutating func takeDue(at now: Duration) -> Due {
        let instant = Instant(elapsed: now)
        return Due(
            looks: sources.takeDue(at: instant).union(images.takeDue(at: instant)),
            isConfigurationDue: !configuration.takeDue(at: instant).isEmpty
        )
    }
}
