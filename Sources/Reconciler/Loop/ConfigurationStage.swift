/// The first step of each pass: the config repo fetched, `desired/` read, and what is wrong said once.
struct ConfigurationStage: Sendable {
    private let installation: Installation
    private let state: StateFile
    /// A single pass says what stops it, not how things are.
    private let isOnce: Bool
    private var faultEdges = FaultEdges()
    private var lastNote: String?
    private var (invalid, astray, unkept) = (Outage(), Outage(), Outage())
    /// Where the checkout stands; nil if it is no git checkout.
    private(set) var head: ConfigurationHead?
    /// What to go by: the last valid configuration; nil before there ever was one.
    private(set) var desired: Desired?
    private(set) var faults: [ConfigurationFault] = []
    /// Why the last look at the config repo failed; nil if it did not.
    private(set) var trouble: String?
    /// Identifies the configuration repository in labels.
    private(set) var identity = ""

    init(installation: Installation, state: StateFile, isOnce: Bool) {
        self.isOnce = isOnce
        self.installation = installation
        self.state = state
    }

    /// The longest time that one build may take.
    var longestTimeout: Duration { desired?.builds.map(\.timeout).max() ?? .zero }

    /// Brings the checkout up to date and reads it; an invalid `desired/` leaves the last valid one in force.
    @discardableResult
    mutating func refresh() async -> ConfigurationHead? {
        let (log, valid) = (installation.log, ValidDesired(in: installation.state))
        if desired == nil { desired = installation.lastValidDesired }
        let former = desired
        await refreshCheckout()
        let reading = installation.readings.reading(DesiredFiles(checkout: installation.config))
        let look = DesiredLook(reading, lastValid: desired)
        let news = faultEdges.see(look.faults)
        if isOnce {
            for fault in look.faults { complain("\(fault)") }
        } else {
            for fault in news.new { log("config \(fault)") }
        }
        let end = invalid.line(look.faults.isEmpty ? nil : "", end: "config desired/ is valid again")
        if news.areMended, let end { log(end) }
        if case .valid(let read, let files) = reading {
            if desired != read, !isOnce { log("config desired/: \(read.summary)") }
            var fault: String?
            do { try valid.save(files) } catch { fault = "config the valid desired/ cannot be kept: \(error)" }
            if let line = unkept.line(fault, end: "config the valid desired/ is kept again") { log(line) }
        }
        (desired, faults) = (look.desired, look.faults)
        if let desired, desired != former { installation.reporter.desires(desired, await state.recorded) }
        installation.reporter.configuration(faults)
        installation.reporter.trouble(trouble.map { "config \($0)" }, about: .configuration)
        return head
    }

    /// Throws `InvalidDesired` if there is no `desired/` at all: neither here nor upstream, and none is kept.
    func checkFolder() async throws(InvalidDesired) {
        let (reader, folder) = (installation.reader, installation.config)
        guard !DesiredFiles(checkout: folder).hasFolder, installation.lastValidDesired == nil else {
            return
        }
        var look = self
        await look.refreshCheckout()
        let files = DesiredFiles(checkout: folder)
        // While nobody can see what is upstream, it may be there.
        if !files.hasFolder, look.trouble == nil { _ = try reader.read(files) }
    }

    private mutating func refreshCheckout() async {
        let log = installation.log
        do {
            let repository = try installation.configuration()
            let recorded = await state.recorded
            let look = await repository.refresh { recorded.wasFetched($0) }
            // What is cut short by the end of the program is no news.
            if Task.isCancelled { return }
            for repair in look.repairs { log("config \(repair)") }
            if let note = look.update.note, note != lastNote, look.update.isTrouble || !isOnce { log("config \(note)") }
            let end = astray.line(look.update.note, end: "config the checkout follows its upstream again")
            if look.update.note == nil, let end { log(end) }
            (lastNote, trouble) = (look.update.note, look.update.failure)
            if case .moved(let from, let to, _) = look.update {
                log("config \(from.map { $0.short + "→" } ?? "")\(to.short)")
            }
            if let fetched = look.fetched, !recorded.wasFetched(fetched) {
                try await state.save([recorded.remembering(fetched: fetched)])
            }
            head = look.head
            if identity.isEmpty || look.head == nil { identity = await repository.identity() }
        } catch {
            if lastNote != "\(error)" { log("config \(error)") }
            _ = astray.line("\(error)", end: "")
            (lastNote, trouble) = ("\(error)", "\(error)")
        }
    }
}

extension Installation {
    /// What `desired/` said when it was last valid; nil if it never was.
    var lastValidDesired: Desired? {
        guard let files = ValidDesired(in: state).load(),
            case .valid(let desired, _) = readings.reading(DesiredFiles(kept: files))
        else { return nil }
        return desired
    }

    /// Has the pages show how things stood, until it is seen how they stand.
    func showLastValid(_ state: StateFile) async {
        if let desired = lastValidDesired { reporter.desires(desired, await state.recorded) }
    }
}
