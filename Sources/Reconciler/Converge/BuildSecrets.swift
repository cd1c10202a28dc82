/// The secrets of one build, each in a file of its own that goes with the build's folder.
struct BuildSecrets {
    /// By the id that the Dockerfile asks for.
    private(set) var files: [String: String] = [:]
    private(set) var redaction = Redaction()

    /// `names` are those of the secrets file; throws if one of them is not there.
    init(_ names: [String: String], _ file: SecretsFile?, in folder: String) throws {
        if names.isEmpty { return }
        let known = try file?.read() ?? Secrets()
        try createFolder(folder + "/secrets")
        for (id, name) in names {
            guard let value = known[name] else {
                let cure = file == nil ? "start with --secrets FILE" : "add \(name)=… to the secrets file"
                throw Malformed("the build wants the secret \(name), which is not there; \(cure)")
            }
            files[id] = "\(folder)/secrets/\(id)"
            try writeFile("\(folder)/secrets/\(id)", Array(value.utf8))
        }
        redaction = Redaction(names.values.compactMap { known[$0] })
    }
}
