/// The comparison of everything that is desired with everything that was seen and is remembered.
struct Comparison {
    let desired: Desired
    /// What the mirror entries stand for.
    let mirrors: MirrorExpansion
    var seen: Observation
    let recorded: Recorded
    let names: KeptNames
    /// Patterns of `reconcile force`.
    let forced: [Glob]
    /// Identifies the configuration repository in labels.
    let configuration: String
    let now: Moment
    /// Verdicts on entries that follow git tags, beside those on their images.
    var gitTagged: [Drift] = []

    /// One verdict an image, builds first, in the order of the files.
    ///
    /// What is built on an image that is to be copied is compared with what will be copied; on one that is to be built,
    /// it is to be built after it.
    var drifts: [Drift] {
        let copies = mirrors.tags.map(drift)
        if desired.builds.isEmpty { return gitTagged + copies + mirrors.rules }
        var coming = Dictionary(copies.map { ($0.image, $0.verdict) }) { first, _ in first }
        let entries = Dictionary(desired.builds.map { (ImageID.build($0.key), $0) }) { first, _ in first }
        let order = order
        let owners = TagOwners(desired, mirrors.tags, seen.sources, at: now)
        for id in order.order {
            guard let entry = entries[id] else { continue }
            let ring = order.rings[id]?.map(\.description).joined(separator: " → ")
            let rings = ring.map { "ring: \($0); let one of them be built on something else" }
            let stall = rings ?? owners.rivalry[id]
            coming[id] = stall.map { Verdict.stalled($0) } ?? drift(of: entry, after: coming).verdict
        }
        return desired.builds.compactMap { entry in
            coming[.build(entry.key)].map { Drift(image: .build(entry.key), verdict: $0) }
        } + gitTagged + copies + mirrors.rules
    }

    /// The images that each built image is built on, of those that are kept here.
    var bases: [ImageID: [ImageID]] {
        var bases: [ImageID: [ImageID]] = [:]
        for entry in desired.builds where !entry.isPaused {
            bases[.build(entry.key)] = images(under: entry).compactMap { _, base in
                guard case .kept(let id, let destination) = base else { return nil }
                // What is built once and not followed needs its base to be there, and no more.
                return entry.followsBases || digest(under: destination).value == nil ? id : nil
            }
        }
        return bases
    }

    private var order: BuildOrder { BuildOrder(desired.builds.map { .build($0.key) }, bases: bases) }

    /// The images of the entry's Dockerfile, each with the name that people know it by.
    private func images(under entry: BuildEntry) -> [(name: String, base: KeptNames.Base)] {
        (seen.sources[entry.key]?.value?.bases ?? []).map { ($0.familiar, names.base($0)) }
    }

    /// The verdict on one image, given the verdicts on those that it may be built on.
    func drift(of entry: BuildEntry, after coming: [ImageID: Verdict] = [:]) -> Drift {
        let id = ImageID.build(entry.key)
        var bases: [String: Observed<Digest>] = [:]
        var builtBefore: [String] = []
        for (name, base) in entry.followsBases ? images(under: entry) : [] {
            switch base {
            case .elsewhere(let image):
                bases[name] = seen.bases[image] ?? .unknown("\(image.familiar) was not looked at")
            case .kept(let id, let destination):
                bases[name] = digest(under: destination)
                switch coming[id] {
                case .drifted(.build, _): builtBefore.append(name)
                case .drifted(.copy(let digest), _): bases[name] = .present(digest)
                case .drifted(.putBack(let record, under: _, otherwise: _), _): bases[name] = .present(record.digest)
                default: break
                }
            }
        }
        let labels = seen.labels[entry.key] ?? .absent
        let pushed = pushed(id, entry.name, labels)
        let comparison = BuildDrift(
            entry: entry,
            source: seen.sources[entry.key] ?? .unknown("\(entry.source) was not looked at"),
            labels: labels,
            found: seen.found[entry.key] ?? .present([]),
            seen: { digest(under: Destination(repository: entry.name, tag: $0)) },
            bases: bases,
            builtBefore: builtBefore,
            record: pushed ?? recorded[image: id],
            isForced: isForced(id),
            configuration: configuration,
            now: now
        )
        return Drift(image: id, verdict: comparison.verdict.learning(pushed).puttingBack(seen.stored[id]))
    }

    private func drift(of mirror: MirroredTag) -> Drift {
        let id = mirror.id
        let look = MirrorLook(
            upstream: seen.upstream[id],
            here: seen.registry[mirror.destination],
            details: seen.details[id]
        )
        let pushed = pushed(id, mirror.entry.landing)
        let comparison = MirrorDrift(
            mirror: mirror,
            seen: look,
            record: pushed ?? recorded[image: id],
            settling: recorded[settling: id],
            isForced: isForced(id),
            now: now
        )
        return Drift(image: id, verdict: comparison.verdict.learning(pushed).puttingBack(seen.stored[id]))
    }

    /// What a run that was killed brought into the registry and had no time to record.
    private func pushed(
        _ id: ImageID,
        _ repository: RepositoryName,
        _ labels: Observed<BuildLabels> = .absent
    ) -> ImageRecord? {
        guard let push = recorded[push: id], let tag = push.tags.first else { return nil }
        return push.completed(under: digest(under: Destination(repository: repository, tag: tag)), labels)
    }

    private func digest(under tag: Destination) -> Observed<Digest> {
        seen.registry[tag] ?? .unknown("\(tag) was not looked at in the registry")
    }

    private func isForced(_ id: ImageID) -> Bool { forced.contains { id.matches($0) } }
}

extension Verdict {
    /// The same verdict; what is in line by a record that is not saved yet is to be remembered.
    fileprivate func learning(_ pushed: ImageRecord?) -> Verdict {
        guard let pushed, self == .inLine else { return self }
        return .learn(pushed)
    }

    /// The same verdict; what cannot be put back, because the manifest itself is lost, is built or copied again.
    fileprivate func puttingBack(_ stored: Observed<Digest>?) -> Verdict {
        guard case .absent? = stored, case .drifted(.putBack(_, _, let otherwise?), let reasons) = self else {
            return self
        }
        return .drifted(otherwise, reasons)
    }
}
