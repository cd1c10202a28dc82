extension NudgeEndpoint {
    /// Has the port when it returns; connections wait until `run`.
    ///
    /// Throws an error that names `address` if the port is taken or cannot be had.
    func start(on address: ListenAddress) async throws -> Listeners { try await Listeners.open(address) }

    /// Answers until the task is cancelled; throws if the system refuses what that takes.
    func run(_ listeners: Listeners) async throws {
        try await HTTPServer(listeners: listeners, limits: limits, handler: reply).run()
    }

    /// Listens and answers until the task is cancelled; where that fails, it tries again every minute.
    ///
    /// The log is told when the endpoint begins to answer, when it cannot and why, and when that changes, not each minute.
    func serve(on address: ListenAddress, clock: any Clock<Duration>, log: @Sendable (String) -> Void) async {
        var lastFault: String?
        while !Task.isCancelled {
            do {
                let listeners = try await start(on: address)
                log("nudges are taken on \(address.with(port: listeners.port))")
                lastFault = nil
                try await run(listeners)
            } catch {
                let fault = "\(error)"
                if fault != lastFault { log("\(fault); going on without nudges, trying again every minute") }
                lastFault = fault
                try? await clock.sleep(for: .seconds(60))
            }
        }
    }
}
