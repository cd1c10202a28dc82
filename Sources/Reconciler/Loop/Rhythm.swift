/// How often each thing that is desired is looked at.
struct Rhythm: Sendable {
    let interval: Duration
    let mirrorInterval: Duration
    let verifyInterval: Duration

    /// The interval of each look that `desired` asks for; paused entries ask for none.
    func intervals(
        for desired: Desired,
        _ mirrored: [MirroredTag],
        bases: some Sequence<ImageReference>
    ) -> [Look: Duration] {
        var intervals: [Look: Duration] = [:]
        for entry in desired.builds where !entry.isPaused {
            let own = entry.every ?? interval
            let source = Look.source(entry.source)
            intervals[source] = min(intervals[source] ?? own, own)
            intervals[.registry(.build(entry.key))] = verifyInterval
        }
        for tag in mirrored where !tag.entry.isPaused {
            intervals[.upstream(tag.id)] = tag.entry.every ?? mirrorInterval
            intervals[.registry(tag.id)] = verifyInterval
            intervals[.children(tag.id)] = .seconds(86_400)
            intervals[.blobs(tag.id)] = .seconds(86_400)
        }
        for entry in desired.mirrors where entry.rule != nil && !entry.isPaused {
            let (own, list) = (entry.every ?? mirrorInterval, Look.list(entry.upstream))
            intervals[list] = min(intervals[list] ?? own, own)
        }
        for image in bases { intervals[.base(image)] = mirrorInterval }
        return intervals
    }

    /// How often a pass begins: as often as the most impatient look asks, the config repo's among them.
    func beat(for desired: Desired) -> Duration {
        let own = desired.builds.compactMap(\.every) + desired.mirrors.compactMap(\.every)
        return min(interval, own.min() ?? interval)
    }

    /// The looks at entries of `new` that are not in `old` as they are now.
    func changed(from old: Desired, to new: Desired) -> [Look] {
        let builds = new.builds.filter { !old.builds.contains($0) }
        let entries = new.mirrors.filter { !old.mirrors.contains($0) }
        let lists = entries.filter { $0.rule != nil }.map { Look.list($0.upstream) }
        let mirrors = entries.flatMap(\.namedTags)
        return builds.flatMap { [.source($0.source), .registry(.build($0.key))] }
            + mirrors.flatMap { [.upstream($0.id), .registry($0.id)] } + lists
    }
}
