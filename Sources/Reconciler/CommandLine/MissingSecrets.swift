/// A name of the secrets file that something wants and that is not there.
struct MissingSecret: Equatable, CustomStringConvertible {
    let name: String
    /// `webhook https://…`, `build api`.
    let wanting: String
    /// Whether there is a secrets file that lacks it.
    let hasFile: Bool

    var description: String {
        let cure = hasFile ? "add \(name)=… to the secrets file" : "start with --secrets FILE that has \(name)=…"
        return "\(wanting) wants the secret \(name), which is not there; \(cure)"
    }
}

extension Installation {
    /// What `desired` wants of the secrets file and does not find; throws `FileFault` if the file may not be used.
    func missingSecrets(of desired: Desired) throws(FileFault) -> [MissingSecret] {
        let known = try secrets?.read() ?? Secrets()
        var wanted: [(String, String)] = []
        for build in desired.builds {
            wanted += build.secrets.values.sorted().map { ($0, "build \(build.key)") }
        }
        let own = desired.builds.flatMap(\.webhooks) + desired.mirrors.flatMap(\.webhooks)
        for hook in desired.webhooks + own {
            let address = withoutUserInformation(hook.url).prefix { $0 != "?" }
            wanted += hook.secretNames.map { ($0, "webhook \(visible(String(address)))") }
        }
        var missing: [MissingSecret] = []
        for (name, wanting) in wanted where known[name] == nil {
            let one = MissingSecret(name: name, wanting: wanting, hasFile: secrets != nil)
            if !missing.contains(one) { missing.append(one) }
        }
        return missing
    }
}
