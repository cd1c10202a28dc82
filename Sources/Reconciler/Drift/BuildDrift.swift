/// Compares one build entry with what was seen of it and what is remembered.
struct BuildDrift {
    let entry: BuildEntry
    let source: Observed<SourceState>
    let labels: Observed<BuildLabels>
    /// What the registry holds under what placeholders became, where nothing is remembered.
    var found = Observed<[FoundImage]>.present([])
    /// What stands under one of the entry's tags in the registry.
    let seen: (Tag) -> Observed<Digest>
    /// What stands under each name of a `FROM` line that is followed.
    var bases: [String: Observed<Digest>] = [:]
    /// Names of `FROM` lines whose images are to be built before, with a result that nobody knows yet.
    var builtBefore: [String] = []
    let record: ImageRecord?
    let isForced: Bool
    /// Identifies the configuration repository in labels.
    let configuration: String
    let now: Moment

    var verdict: Verdict {
        if entry.isPaused { return .paused }
        switch source {
        case .unknown(let why): return withoutSource(why) ?? .unknown(why)
        case .absent:
            let branch = entry.branch.map { "branch \(quoted($0.description))" } ?? "default branch"
            let why = "\(entry.source) has no \(branch); push it, or mend \"branch\""
            return withoutSource(why) ?? .stalled(why)
        case .present(let source):
            switch source.context {
            case .missing(let why):
                let cure = "push it, or mend \"path\" and \"file\""
                return withoutSource(why) ?? .stalled("\(entry.source): \(why); \(cure)")
            case .found(let context):
                let inputs = BuildInputs(
                    tree: context.tree,
                    dockerfile: context.dockerfile,
                    options: entry.resultOptions,
                    bases: baseDigests
                )
                return compare(inputs, at: source)
            }
        }
    }

    /// The digests of the bases; one that cannot be seen is taken for what it was, since unknown rebuilds nothing.
    private var baseDigests: [String: Digest] {
        var digests: [String: Digest] = [:]
        for (name, seen) in bases { digests[name] = seen.value ?? recordedInputs?.bases[name] }
        return digests
    }

    private var recordedInputs: BuildInputs? {
        guard case .build(let origin)? = record?.origin else { return nil }
        return origin.inputs
    }

    private func compare(_ inputs: BuildInputs, at source: SourceState) -> Verdict {
        let build: Action
        do throws(Malformed) {
            build = .build(
                inputs,
                at: source,
                tags: try entry.tags(at: source.commit.id, branch: source.branch, time: now)
            )
        } catch {
            return .stalled(error.message)
        }
        let verdict = compare(inputs, at: source, build)
        let waits = builtBefore.sorted().map(Reason.builtBefore)
        switch verdict {
        case _ where waits.isEmpty: return verdict
        case .inLine, .learn: return .drifted(build, waits)
        case .drifted(_, let reasons): return .drifted(build, reasons + waits)
        case .waiting, .paused, .unknown, .stalled: return verdict
        }
    }

    private func compare(_ inputs: BuildInputs, at source: SourceState, _ build: Action) -> Verdict {
        if isForced { return .drifted(build, [.forced]) }
        guard let record, case .build(let origin) = record.origin else {
            return unremembered(inputs, at: source, build)
        }
        let changes = changes(from: origin, to: inputs, at: source)
        if !changes.isEmpty { return .drifted(build, changes) }
        let verdict = compareTags(with: record, origin, otherwise: build)
        guard verdict == .inLine, origin.inputs != inputs else { return verdict }
        // A base that is followed from now on, or could not be seen before, is no reason to build.
        let known = BuildOrigin(commit: origin.commit, branch: origin.branch, inputs: inputs)
        return .learn(ImageRecord(origin: .build(known), digest: record.digest, tags: record.tags, time: record.time))
    }

    /// Looks at each tag that should stand on the remembered digest.
    func compareTags(with record: ImageRecord, _ origin: BuildOrigin, otherwise build: Action?) -> Verdict {
        guard let wanted = try? entry.tags(at: origin.commit, branch: origin.branch, time: record.time) else {
            return .inLine
        }
        var astray: [Tag] = []
        var reasons: [Reason] = []
        for tag in wanted {
            switch seen(tag) {
            case .present(record.digest): continue
            case .present(let other):
                reasons.append(.overwritten(tag, expected: record.digest, seen: other))
            case .absent: reasons.append(record.tags.contains(tag) ? .missing(tag) : .newTag(tag))
            case .unknown(let why): return .unknown(why)
            }
            astray.append(tag)
        }
        return astray.isEmpty ? .inLine : .drifted(.putBack(record, under: astray, otherwise: build), reasons)
    }

    /// What can be done without the source, which is to put back what is remembered; nil if that is in place.
    private func withoutSource(_ why: String) -> Verdict? {
        guard !isForced, let record, case .build(let origin) = record.origin else { return nil }
        guard case .drifted(let action, let reasons) = compareTags(with: record, origin, otherwise: nil) else {
            return nil
        }
        return .drifted(action, reasons + [.lookFailed(why)])
    }

    private func changes(from origin: BuildOrigin, to inputs: BuildInputs, at source: SourceState) -> [Reason] {
        var reasons: [Reason] = []
        if origin.inputs.tree != inputs.tree {
            let place = entry.context == .top ? "the repository" : entry.context.description
            reasons.append(.commit(from: origin.commit, to: source.commit.id, touches: place, news: source.news))
        } else if origin.inputs.dockerfile != inputs.dockerfile {
            let place = entry.dockerfile.description
            reasons.append(.commit(from: origin.commit, to: source.commit.id, touches: place, news: source.news))
        }
        let keys = Set(origin.inputs.options.keys).union(inputs.options.keys)
        let changed = keys.filter { origin.inputs.options[$0] != inputs.options[$0] }
        if !changed.isEmpty { reasons.append(.entry(changed.sorted())) }
        for (name, new) in inputs.bases.sorted(by: { $0.key < $1.key }) {
            guard let old = origin.inputs.bases[name], old != new else { continue }
            reasons.append(.base(name, from: old, to: new))
        }
        return reasons
    }
}
