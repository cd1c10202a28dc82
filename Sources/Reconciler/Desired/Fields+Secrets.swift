extension Fields {
    /// The secrets of a build: the id in the Dockerfile, and the name in the secrets file.
    mutating func secrets() -> [String: String] {
        var secrets: [String: String] = [:]
        for member in object("secrets", cure: "an object: { \"npm\": \"NPM_TOKEN\" }") ?? [] {
            let place = place.inside("secrets")
            // Commas and quotes would be read as more options of the builder's.
            if (try? Tag(member.key)) == nil {
                place.report(
                    "\(quoted(member.key)) is no id of a secret; use letters, digits, _ . -",
                    at: member.offset
                )
            }
            secrets[member.key] = place.inside(member.key).attempt(at: member.value.offset) { () throws(Malformed) in
                let name = try member.value.text()
                guard isSecretName(name) else {
                    throw Malformed("\(quoted(name)) is no name of the secrets file; use letters, digits and _")
                }
                return name
            }
        }
        return secrets
    }
}
