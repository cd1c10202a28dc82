/// What the comparison of one image says: nothing to do, what to do and why, or why nothing can be said.
enum Verdict: Sendable, Equatable {
    case inLine
    /// In line, but the memory of it was lost; this is what to remember.
    indirect case learn(ImageRecord)
    case drifted(Action, [Reason])
    /// Drifted, but a rule of its own holds it back until then.
    case waiting(until: Moment, why: String, [Reason])
    case paused
    /// A look failed; the next one may tell more.
    case unknown(String)
    /// Nothing can be done until what is desired, or its source, changes.
    case stalled(String)
}

/// What puts an image right.
indirect enum Action: Sendable, Equatable {
    case build(BuildInputs, at: SourceState, tags: [Tag])
    case copy(Digest)
    /// The image is as it should be, which the record says; what points to it is to be copied.
    case copyReferrers(ImageRecord)
    /// The manifest that is remembered, or was recognised by its labels, goes under these tags again.
    ///
    /// `otherwise` serves if the registry lost it.
    case putBack(ImageRecord, under: [Tag], otherwise: Action?)

    /// The verb for people: what `plan` says would be done.
    var verb: String {
        switch self {
        case .build: "build"
        case .copy: "copy"
        case .copyReferrers: "copy referrers of"
        case .putBack: "put back"
        }
    }
}

/// One image and the verdict on it.
struct Drift: Sendable, Equatable {
    let image: ImageID
    let verdict: Verdict
    /// Whether it waits because something failed, its own last try or a base, and not by a rule of its own.
    var isHeld = false

    /// Whether something large is to be written for it: a manifest that is put back is not.
    var needsSpace: Bool {
        switch verdict {
        case .drifted(.putBack, _): false
        case .drifted: true
        case .inLine, .learn, .waiting, .paused, .unknown, .stalled: false
        }
    }
}
