extension RegistryClient {
    /// Why the registry cannot be spoken to at all; nil if it answers, whatever it says.
    func reasonForSilence(of host: RegistryHost) async -> String? {
        do {
            var request = HTTPRequest(.get, HTTPURL(of: host).at(path: "/v2/"))
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
