/// Finds the builder when the first build needs it, and keeps it; one that was not found is looked for again.
actor BuilderSeat {
    private let choice: BuilderChoice
    private let settings: BuilderSettings
    private let log: Log
    private var search: Task<Result<FoundBuilder, BuilderFault>, Never>?

    init(choice: BuilderChoice, settings: BuilderSettings, log: Log) {
        self.choice = choice
        self.settings = settings
        self.log = log
    }

    /// The builder that is named, or for `auto` the first that works.
    ///
    /// From now on it pulls as `registries` says.
    func builder(_ registries: BuilderRegistries) async throws(BuilderFault) -> any Builder {
        try settings.write(registries)
        let isFirst = search == nil
        let search = self.search ?? Task { [choice, settings] in await Self.find(choice, settings) }
        self.search = search
        switch await search.value {
        case .success(let found):
            if isFirst { log("builder \(found.builder.description)") }
            return found.builder
        case .failure(let fault):
            self.search = nil
            throw fault
        }
    }

    /// Empties the storage of the builder, if one was found and has one of its own.
    func dropStorage() async {
        guard case .success(let found)? = await search?.value else { return }
        await found.builder.dropStorage()
    }

    private static func find(
        _ choice: BuilderChoice,
        _ settings: BuilderSettings
    ) async -> Result<FoundBuilder, BuilderFault> {
        do throws(BuilderFault) {
            return .success(try await choice.find(settings))
        } catch {
            return .failure(error)
        }
    }
}
