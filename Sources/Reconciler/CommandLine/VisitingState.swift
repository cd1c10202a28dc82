import Glibc

extension Installation {
    /// Runs `body`, which only looks, with the installation to look with; what it starts is stopped afterwards.
    ///
    /// That is this one if its state folder is this account's. Where none has been made yet, a temporary folder takes its
    /// place, because a folder made by another account than the service's would stop the service.
    func visiting(_ body: (Installation) async throws -> ExitStatus) async -> ExitStatus {
        do {
            guard try isNew() else { return try await body(self) }
            let folder = try createTemporaryFolder(in: systemTemporaryFolder(), prefix: "reconcile-look-")
            defer { try? removeTree(folder) }
            return try await body(working(in: folder))
        } catch {
            return refusal(error)
        }
    }

    /// Whether no state has been kept yet; throws if the state folder, or the one to make it in, is not for us to use.
    func isNew() throws -> Bool {
        let (config, folder) = (try configuration().folder, StateFolder(path: state))
        try folder.check(apartFrom: config)
        guard try folder.standing() == .new else { return false }
        // Whoever may write there would leave files behind that the owner cannot change.
        if access(config, W_OK) == 0 { try checkOwner(of: config) }
        return true
    }

    /// Looks with the embedded registry running; the service's own is used if it runs.
    func withRegistry<Value: Sendable>(_ look: () async throws -> Value) async throws -> Value {
        guard case .embedded(let port) = settings.registry else { return try await look() }
        let configuration = state + "/registry.yml"
        guard try await !EmbeddedRegistry.isRunning(port: port, configuration: configuration) else {
            return try await look()
        }
        let isThere = try fileKind(data) != nil
        if isThere { try EmbeddedRegistry.check(data: data) }
        let registry = try await EmbeddedRegistry.start(
            port: port,
            data: isThere ? data : state + "/registry",
            configuration: configuration
        )
        let value: Result<Value, any Error>
        do { value = .success(try await look()) } catch { value = .failure(error) }
        await registry.stop()
        return try value.get()
    }
}
