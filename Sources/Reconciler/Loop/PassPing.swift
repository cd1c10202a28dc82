/// Tells a monitor of `--ping` how passes end, so that it can raise an alarm when it hears nothing.
struct PassPing: Sendable {
    let address: WebAddress
    let http: HTTPClient

    /// Requests the address, with `/fail` added to its path if not all that is desired is there; why that failed, or nil.
    func tell(isConverged: Bool) async -> String? {
        let (path, query) = (address.description.prefix { $0 != "?" }, address.description.drop { $0 != "?" })
        let fail = path.hasSuffix("/") ? "fail" : "/fail"
        let host = address.host
        do {
            var request = HTTPRequest(.get, try HTTPURL(path + (isConverged ? "" : fail) + query))
            request.reception = .dropped
            request.deadline = .seconds(10)
            let status = try await http.send(request).status
            return (200..<300).contains(status) ? nil : "ping \(host) answers \(status)"
        } catch {
            return "ping \(host): \(error)"
        }
    }
}

extension Installation {
    /// Nil without `--ping`.
    var ping: PassPing? { settings.ping.map { PassPing(address: $0, http: http) } }

    /// Tells the monitor how the command ends, and returns that status; one that a signal ends has nothing to tell.
    func tellMonitor(_ status: ExitStatus) async -> ExitStatus {
        guard status != .held, !Task.isCancelled else { return status }
        if let fault = await ping?.tell(isConverged: status == .done) { log(fault) }
        return status
    }
}
