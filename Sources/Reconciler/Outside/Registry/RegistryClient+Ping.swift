extension RegistryClient {
    /// Why the registry cannot be spoken to at all; nil if it answers, whatever it says.
    func reasonForSilence(of host: RegistryHost) async -> String? {
        do {
            let url = try HTTPURL(host.endpoint + "/v2/")
            var request = HTTPRequest(.get, url)
            request.reception = .dropped
            request.deadline = .seconds(10)
            let response = try await http.send(request)
            guard response.status >= 500 else { return nil }
            return "\(host) answers \(response.status)"
        } catch {
            return "\(host) does not answer: \(error)"
        }
    }
}
