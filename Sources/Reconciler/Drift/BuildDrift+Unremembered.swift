extension BuildDrift {
    /// The verdict when nothing is remembered: the labels of what the registry holds may tell that it is in line.
    func unremembered(_ inputs: BuildInputs, at source: SourceState, _ build: Action) -> Verdict {
        guard let probe = entry.probe(at: source.commit.id, branch: source.branch, time: now) else {
            return .drifted(build, [.neverBuilt])
        }
        var candidates: [FoundImage] = []
        switch (seen(probe), labels) {
        case (.unknown(let why), _), (.present, .unknown(let why)): return .unknown(why)
        case (.absent, _), (_, .absent): break
        case (.present(let digest), .present(let labels)):
            let more = found.value?.first { $0.digest == digest }?.tags.filter { $0 != probe } ?? []
            candidates.append(FoundImage(tags: [probe] + more, digest: digest, labels: labels))
        }
        candidates += found.value ?? []
        candidates.removeAll { $0.labels.image != entry.key || $0.labels.configuration != configuration }
        if !candidates.isEmpty, let why = unseenBase { return .unknown(why) }
        if let same = candidates.first(where: { $0.labels.fingerprint == inputs.fingerprint }) {
            return recognised(same, inputs, at: source, build)
        }
        if case .unknown(let why) = found { return .unknown(why) }
        let reason = candidates.first.map { Reason.otherInputs(at: $0.labels.revision, now: source.commit.id) }
        return .drifted(build, [reason ?? .neverBuilt])
    }

    /// Why the fingerprint cannot be told; nil if it can.
    private var unseenBase: String? {
        for (name, seen) in bases.sorted(by: { $0.key < $1.key }) {
            if case .unknown(let why) = seen { return "base \(name): \(why)" }
        }
        return nil
    }

    private func recognised(
        _ image: FoundImage,
        _ inputs: BuildInputs,
        at source: SourceState,
        _ build: Action
    ) -> Verdict {
        let origin = BuildOrigin(commit: image.labels.revision, branch: source.branch, inputs: inputs)
        let time = image.time(for: entry, branch: source.branch, otherwise: now)
        let tags = Array(image.tags.prefix(1))
        let record = ImageRecord(origin: .build(origin), digest: image.digest, tags: tags, time: time)
        let verdict = compareTags(with: record, origin, otherwise: build)
        guard verdict == .inLine else { return verdict }
        // All of its tags were seen on it.
        let all = (try? entry.tags(at: origin.commit, branch: origin.branch, time: time)) ?? tags
        return .learn(ImageRecord(origin: record.origin, digest: record.digest, tags: all, time: time))
    }
}
