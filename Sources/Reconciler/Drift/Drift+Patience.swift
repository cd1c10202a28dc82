extension Drift {
    /// The same drift, held back if just this failed before and its next try is not due.
    func held(by failure: FailureRecord?, at now: Moment) -> Drift {
        guard let failure, case .drifted(_, let reasons) = verdict, failure.fingerprint == verdict.fingerprint,
            failure.waits(at: now)
        else { return self }
        let why = "failed \(failure.tries) times: \(failure.reason)"
        return Drift(image: image, verdict: .waiting(until: failure.nextTry, why: why, reasons))
    }
}
