/// How far a pass has come: what is where by now, and what has not come to be.
actor Progress {
    /// What was found, with the tags that this pass has moved where they are now.
    private(set) var comparison: Comparison
    let recording: Recording
    /// Holds back what failed before and is not due yet.
    let patience: @Sendable (Drift) -> Drift
    /// What has drifted of the images that others are built on, whether it is held back or not.
    private let wanted: Set<ImageID>
    private var tried: Set<ImageID> = []

    init(
        _ comparison: Comparison,
        wanted: Set<ImageID>,
        recording: Recording,
        patience: @escaping @Sendable (Drift) -> Drift
    ) {
        self.comparison = comparison
        self.wanted = wanted
        self.recording = recording
        self.patience = patience
    }

    /// Why an image cannot be built for now.
    struct Obstacle {
        let why: String
        /// When what stands in the way is tried again; nil if that is not known.
        let until: Moment?
        /// Whether it came up in this pass.
        let isNew: Bool
    }

    /// Records what came of the work on one image; what is built on it is compared with that from now on.
    func note(_ drift: Drift, _ outcome: Outcome, _ reasons: [Reason], since start: Moment? = nil) async {
        if wanted.contains(drift.image) { tried.insert(drift.image) }
        await recording.note(drift, outcome, reasons, since: start)
        guard let record = outcome.record, let repository = drift.image.repository else { return }
        comparison.seen.details[drift.image] = nil
        for tag in record.tags {
            comparison.seen.registry[Destination(repository: repository, tag: tag)] = .present(record.digest)
        }
    }

    /// The first of `bases` that should be another by now, and is not.
    func obstacle(among bases: [ImageID]) async -> Obstacle? {
        for base in bases where wanted.contains(base) {
            switch await recording.standings[base] {
            case .inLine, .converged, .paused: continue
            case .failing(let why), .waiting(let why):
                let until = await recording.failure(of: base)?.nextTry
                return Obstacle(why: "base \(base): \(why)", until: until, isNew: tried.contains(base))
            case .unfinished, nil:
                return Obstacle(why: "base \(base) is not done", until: nil, isNew: false)
            }
        }
        return nil
    }
}
