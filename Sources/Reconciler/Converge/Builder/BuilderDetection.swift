/// Why a builder cannot be used.
struct BuilderFault: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// What all builders are started with.
struct BuilderSettings: Sendable {
    /// A folder of the state folder, for the storage of buildah and podman.
    let folder: String
    let environment: [String: String]
    let groups: RunningGroups?
}

extension BuilderSettings {
    /// The registries configuration of buildah and podman, which each of their commands reads.
    var registriesFile: String { folder + "/registries.conf" }

    /// Writes the registries configuration unless it is there already.
    func write(_ registries: BuilderRegistries) throws(BuilderFault) {
        let bytes = Array(registries.text.utf8)
        if let known = try? readFile(registriesFile, atMost: 4 << 20), known == bytes { return }
        do {
            try createPrivateFolder(folder)
            try writeFile(registriesFile, bytes)
        } catch { throw BuilderFault("\(error)") }
    }
}

/// A builder that works, and why others before it were passed over.
struct FoundBuilder: Sendable {
    let builder: any Builder
    let passedOver: [String]
}

extension BuilderChoice {
    /// Finds the builder that is named, or for `auto` the first that works; the error tells all that was tried.
    func find(_ settings: BuilderSettings) async throws(BuilderFault) -> FoundBuilder {
        guard self == .automatic else { return FoundBuilder(builder: try await start(settings), passedOver: []) }
        var passedOver: [String] = []
        for name in [BuilderChoice.docker, .podman, .buildah] {
            do throws(BuilderFault) {
                return FoundBuilder(builder: try await name.start(settings), passedOver: passedOver)
            } catch {
                passedOver.append(error.description)
            }
        }
        let tried = passedOver.joined(separator: "; ")
        throw BuilderFault("no builder works: \(tried); install one, for example: apt-get install buildah")
    }

    private func start(_ settings: BuilderSettings) async throws(BuilderFault) -> any Builder {
        switch self {
        case .docker: return try await DockerBuilder(environment: settings.environment, groups: settings.groups)
        case .podman: return try await StorageBuilder(.podman, settings)
        case .buildah: return try await StorageBuilder(.buildah, settings)
        case .buildx(let name):
            return try await BuildxBuilder(name, environment: settings.environment, groups: settings.groups)
        case .automatic: throw BuilderFault("auto is no builder of its own")
        }
    }
}

/// What a program that does not work has to say, in one line.
func said(_ answer: Finished) -> String {
    let line = answer.errors.lines.last ?? answer.output.lines.last ?? ""
    guard case .exited = answer.termination, !line.isEmpty else { return "\(answer.termination)" }
    return visible(String(withoutUserInformation(String(line)).prefix(300)))
}
