extension Drift {
    /// The same drift, held back if just this failed before and its next try is not due.
    func held(by failure: FailureRecord?, at now: Moment) -> Drift {
        guard let failure, case .drifted(_, let reasons) = verdict, failure.fingerprint == verdict.fingerprint,
            failure.waits(at: now)
        else { return self }
        let why = "failed \(failure.tries) times: \(failure.reason)"
        return Drift(image: image, verdict: .waiting(until: failure.nextTry, why: why, reasons), isHeld: true)
    }
}

extension [Drift] {
    /// The same drifts, with what is to be built on an image that `found` has drifted and that is held back, held too.
    ///
    /// What is only put back needs no base.
    func waiting(for bases: [ImageID: [ImageID]], of found: [Drift]) -> [Drift] {
        let drifted = Set(found.filter { if case .drifted = $0.verdict { true } else { false } }.map(\.image))
        var held: [ImageID: (until: Moment, why: String)] = [:]
        for drift in self where drifted.contains(drift.image) {
            if case .waiting(let until, let why, _) = drift.verdict { held[drift.image] = (until, why) }
        }
        var drifts = self
        var isSettled = held.isEmpty
        while !isSettled {
            isSettled = true
            for (place, drift) in drifts.enumerated() where drift.needsSpace {
                guard case .drifted(_, let reasons) = drift.verdict,
                    let base = bases[drift.image]?.first(where: { held[$0] != nil }), let wait = held[base]
                else { continue }
                let why = "base \(base): \(wait.why)"
                drifts[place] = Drift(image: drift.image, verdict: .waiting(until: wait.until, why: why, reasons))
                held[drift.image] = (wait.until, why)
                isSettled = false
            }
        }
        return drifts
    }
}
