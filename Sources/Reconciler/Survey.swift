/// The first half of a pass, which changes nothing: look at everything, and compare it with what is desired.
struct Survey: Sendable {
    let installation: Installation
    let desired: Desired
    let recorded: Recorded
    let configuration: ConfigurationHead?
    /// Identifies the configuration repository in labels.
    let identity: String
    /// Patterns of `reconcile force`.
    var forced: [Glob]
    var now: Moment
    /// Whether what is found to be new is copied next.
    var copiesFollow = false
    /// How long an upstream may take to answer a look.
    var lookPatience = LookPatience().longest

    var sources: SourceLooks {
        let floor = installation.settings.diskFloor
        let (state, room) = (installation.state, installation.room)
        // A folder for a mere look may be small, but is not to be filled to the brim.
        let least = ByteCount(bytes: min(floor.bytes, 100_000_000))
        let limits = GitRepository.Limits(stopsFor: {
            lackOfSpace(at: room, floor: floor) ?? (state == room ? nil : lackOfSpace(at: state, floor: least))
        })
        return SourceLooks(
            git: installation.git,
            folder: state + "/git",
            configuration: configuration,
            limits: limits,
            memory: installation.memory,
            watch: installation.reporter.watch
        )
    }

    /// Looks at what is due of the sources, the upstream registries and the kept registry, all at the same time.
    ///
    /// What is not due is seen as `before` has it. The verdicts come with it: what they would put back is the last thing
    /// to look at.
    func observe(
        _ before: Observation = Observation(),
        isDue: @escaping @Sendable (Look) -> Bool = { _ in true }
    ) async -> (comparison: Comparison, drifts: [Drift]) {
        let host = installation.settings.registry.host
        installation.client.limits.restore(recorded.upstreams)
        let looks = RegistryLooks(
            client: installation.client,
            host: host,
            now: now,
            isDue: isDue,
            patience: LookPatience(lookPatience),
            watch: installation.reporter.watch,
            copiesFollow: copiesFollow
        )
        let entries = desired.builds.filter { !$0.isPaused }
        async let mirrored = mirrored(by: looks, before)
        // What nobody has looked at yet is due, whatever its interval.
        let isBaseDue = { @Sendable image in isDue(.base(image)) || before.bases[image] == nil }
        let followed = await looks.builtGitTags(of: withoutMemory.filter { isDue(.source($0.source)) }, identity)
        let known = followed.compactMapValues(\.value)
        var fetched = await sources.look(at: entries.filter { isDue(.source($0.source)) }, recorded.builds) {
            // An entry of its own is looked at for itself.
            passedOver($0, $1, known).names.union(desired.ownEntries(among: $1, of: $0))
        }
        for entry in entries {
            // What was built of them is not known, so nothing can be said of which are to be.
            guard case .unknown(let why)? = followed[entry.key] else { continue }
            fetched.note(entry, .unknown(why), recorded.builds.keys)
        }
        var fresh = before
        fresh.builtGitTags.merge(known) { $1 }
        fresh.sources.merge(fetched.states) { $1 }
        fresh.gitTags.merge(fetched.gitTags) { $1 }
        let sources = fresh.sources
        let images = desired(in: fresh).builds.filter { entry in
            // A git tag that is new is looked for at once, whatever the entry's interval.
            !entry.isPaused
                && (isDue(.registry(.build(entry.listedKey)))
                    || entry.gitTag != nil && before.sources[entry.key] == nil)
        }
        let built = await looks.look(at: images, sources, recorded)
        var (seen, mirrors) = await mirrored
        // Only now is it known which images of FROM lines are mirrored.
        (seen.sources, seen.gitTags, seen.builtGitTags) = (sources, fresh.gitTags, fresh.builtGitTags)
        seen.registry.merge(built.tags) { $1 }
        seen.labels.merge(built.labels) { $1 }
        seen.found.merge(built.found) { $1 }
        seen.stored = [:]
        var comparison = comparison(with: seen, mirrors)
        let foreign = foreignBases(in: seen, comparison.names)
        let bases = await looks.look(at: foreign.filter(isBaseDue))
        comparison.seen.bases = seen.bases.filter { foreign.contains($0.key) }.merging(bases) { $1 }
        let found = comparison.drifts
        comparison.seen.stored = await looks.stored(of: found)
        return (comparison, comparison.seen.stored.isEmpty ? found : comparison.drifts)
    }

    /// Whether a single pass is to look into every image, beyond its tag: once a day.
    var childrenAreDue: Bool { recorded.childrenChecked.map { now - $0 > .seconds(86_400) || $0 > now } ?? true }

    /// What was seen of what the mirror entries stand for, by the lists of tags that were seen, and what that is.
    private func mirrored(by looks: RegistryLooks, _ before: Observation) async -> (Observation, MirrorExpansion) {
        var seen = before
        seen.lists.merge(await looks.lists(for: desired.mirrors, before.lists)) { $1 }
        let mirrors = MirrorExpansion(of: desired, seen.lists, recorded, platforms: installation.settings.platforms)
        let isPaused = mirrors.tags.contains { $0.entry.isPaused }
        let tags = isPaused ? mirrors.tags.filter { !$0.entry.isPaused } : mirrors.tags
        await looks.look(at: tags, recorded, &seen)
        return (seen, mirrors)
    }

    /// What a pass would do, with what it would cost.
    func plan(for comparison: Comparison, _ found: [Drift]) -> Plan {
        let (standings, tags) = (installation.client.limits.standings, comparison.mirrors.tags)
        let allowed = UpstreamPulls.allowing(found, of: mostStaleFirst(tags), recorded, standings, at: now)
        let drifts = allowed.waiting(for: comparison.bases, of: found)
        let pulls = UpstreamPulls.count(drifts, of: tags, recorded, standings)
        let lack = lackOfSpace(at: installation.room, floor: installation.settings.diskFloor)
        return Plan(drifts: drifts, pulls: pulls, obstacle: drifts.contains(where: \.needsSpace) ? lack : nil)
    }

    /// The tags that have waited longest first: should an upstream allow no more, the others can wait best.
    func mostStaleFirst<Copy: Identifiable<ImageID>>(_ copies: [Copy]) -> [Copy] {
        let times = copies.enumerated().map { (recorded[image: $1.id]?.time.milliseconds ?? .min, $0) }
        return times.sorted { $0 < $1 }.map { copies[$0.1] }
    }

    /// What is desired, seen and remembered, side by side.
    private func comparison(with seen: Observation, _ mirrors: MirrorExpansion) -> Comparison {
        let desired = desired(in: seen)
        return Comparison(
            desired: desired,
            mirrors: mirrors,
            seen: seen,
            recorded: recorded,
            names: names(desired, mirrors.tags),
            forced: forced,
            configuration: identity,
            now: now,
            gitTagged: gitTagDrifts(in: seen)
        )
    }
}

/// How every text of `lackOfSpace` begins: always the same for a folder, however the space goes up and down.
let lackOfSpaceBegin = "less than --disk-floor"

/// Why nothing large may be written at `path`, where less than `floor` is free; nil if there is enough.
///
/// What is not there yet will be in the folder above.
func lackOfSpace(at path: String, floor: ByteCount) -> String? {
    var place = path[...]
    var free = try? freeSpace(at: path)
    while free == nil, let slash = place.lastIndex(of: "/") {
        place = place[..<slash]
        free = try? freeSpace(at: place.isEmpty ? "/" : String(place))
    }
    guard let free, free < floor else { return nil }
    return "\(lackOfSpaceBegin) \(floor) is free at \(path); free some space"
}
