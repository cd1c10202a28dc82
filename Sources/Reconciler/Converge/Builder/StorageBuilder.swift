/// Builds with buildah or podman, in a storage of our own that nobody else's pruning touches.
///
/// Isolation is `chroot`, which works as root, without, in containers and under cron; `BUILDAH_ISOLATION` in the
/// environment chooses another (buildah-build(1)).
struct StorageBuilder: Builder {
    enum Program: String, Sendable {
        case buildah
        case podman
    }

    let description: String
    private let program: Program
    private let storage: [String]
    /// Where commands run, for `storage` is partly relative to it.
    private let folder: String
    private let environment: [String: String]
    private let groups: RunningGroups?
    private let gate = StorageGate()

    /// Writes the configuration and finds a storage driver that works; throws if none does.
    init(_ program: Program, _ settings: BuilderSettings) async throws(BuilderFault) {
        self.program = program
        groups = settings.groups
        folder = "\(settings.folder)/\(program.rawValue)"
        var environment = settings.environment
        environment["CONTAINERS_REGISTRIES_CONF"] = settings.registriesFile
        // They refuse a DOCKER_CONFIG without a config.json, which to docker means that nobody is logged in.
        if let folder = environment["DOCKER_CONFIG"], (try? fileKind(folder + "/config.json")) == .some(nil) {
            environment["DOCKER_CONFIG"] = nil
        }
        if environment["BUILDAH_ISOLATION"] == nil { environment["BUILDAH_ISOLATION"] = "chroot" }
        self.environment = environment
        do {
            try createPrivateFolder(settings.folder)
            try createPrivateFolder(folder)
        } catch { throw BuilderFault("\(program.rawValue): \(error)") }
        let found = try await Self.driver(program, folder, environment)
        storage = Self.storage(folder, driver: found.driver)
        description = "\(program.rawValue) \(found.version) on \(found.driver)"
        await removeContainers()
    }

    func command(for request: BuildRequest) -> Command {
        // Bases are always pulled anew: a builder that keeps an old one would build yesterday's image. A plain --pull
        // goes on with what is there when the registry does not answer.
        // Of the two formats only Docker's has HEALTHCHECK, SHELL and ONBUILD.
        let options = ["--layers", "--force-rm", "--pull=always", "--format", "docker"] + request.options
        var command = command(
            ["build"] + options + request.idOption + request.platformOption + [request.context.folder]
        )
        command.environment = request.environment(environment)
        command.redaction = request.redaction
        return command
    }

    func build(_ request: BuildRequest, onLine: @escaping @Sendable (String) -> Void) async throws -> BuiltImage {
        await gate.enter()
        do {
            let image = try await buildAll(request, onLine: onLine)
            await gate.leave(failed: false, tidy: removeContainers)
            return image
        } catch {
            await gate.leave(failed: true, tidy: removeContainers)
            throw error
        }
    }

    /// Builds for one platform after the other, and joins the images under an index.
    private func buildAll(
        _ request: BuildRequest,
        onLine: @escaping @Sendable (String) -> Void
    ) async throws -> BuiltImage {
        guard request.platforms.count > 1 else { return try await buildInside(request, onLine: onLine) }
        var images: [(platform: Platform, folder: String, manifest: Digest)] = []
        for platform in request.platforms {
            let image = try await buildInside(try request.only(platform), onLine: onLine)
            if case .layout(let folder, let manifest) = image { images.append((platform, folder, manifest)) }
        }
        let folder = request.work + "/joined"
        return .layout(folder: folder, manifest: try ImageLayout(folder).join(images))
    }

    private func buildInside(
        _ request: BuildRequest,
        onLine: @escaping @Sendable (String) -> Void
    ) async throws -> BuiltImage {
        let former = await id(of: request.reference)
        try await runOwnBuilder(command(for: request), limit: request.timeout, onLine: onLine)
        let id = try request.imageID()
        let layout = try await write(id, to: request.work + "/layout", limit: request.timeout)
        // Fails where the new image is built on the former one's layers, which then are in use.
        if let former, former != id { _ = await run(["rmi", former.hex]) }
        return layout
    }

    /// Runs it; that the account lacks the ids for it is said after what it said itself.
    private func runOwnBuilder(
        _ command: Command,
        limit: Duration,
        onLine: @escaping @Sendable (String) -> Void
    ) async throws(BuildFault) {
        do throws(BuildFault) {
            try await runBuilder(command, limit: limit, groups: groups, onLine: onLine)
        } catch {
            guard case .exited = error.termination, let cure = SubordinateIDs.complaint(in: error.lines) else {
                throw error
            }
            onLine(cure)
            throw BuildFault(command: error.command, termination: error.termination, lines: error.lines + [cure])
        }
    }

    /// Removes the containers, with their mounts, of builds that were killed in the middle.
    @Sendable private func removeContainers() async {
        switch program {
        case .buildah:
            _ = await run(["rm", "--all"])
        case .podman:
            let ids = await run(["ps", "--all", "--external", "--quiet"]).output.lines.map(String.init)
            if !ids.isEmpty { _ = await run(["rm", "--force"] + ids) }
        }
    }

    func dropStorage() async { _ = await run(["rmi", "--all", "--force"]) }

    private func write(_ id: Digest, to folder: String, limit: Duration) async throws -> BuiltImage {
        switch program {
        case .podman:
            let push = ["push", "--quiet", "--format", "v2s2", "--compress", id.hex, "dir:\(folder)"]
            try await runBuilder(command(push), limit: limit, groups: groups)
            return .layout(folder: folder, manifest: try ImageLayout(folder).adoptDirectory())
        case .buildah:
            // Only an OCI layout gets compressed layers, but its configuration loses what only Docker's has.
            let inspect = command(["inspect", "--type", "image", "--format", "{{.Config}}", id.hex])
            let configuration = try await runBuilder(inspect, limit: .seconds(60), groups: groups).bytes
            try await runBuilder(command(["push", "--quiet", id.hex, "oci:\(folder)"]), limit: limit, groups: groups)
            let manifest = try ImageLayout(folder).replaceConfiguration(configuration, id: id)
            return .layout(folder: folder, manifest: manifest)
        }
    }

    private func command(_ arguments: [String]) -> Command {
        Command(program.rawValue, storage + arguments, environment: environment, folder: folder)
    }

    private func run(_ arguments: [String]) async -> Finished {
        await Children.run(command(arguments), limit: .seconds(300), groups: groups)
    }

    private func id(of reference: String) async -> Digest? {
        let answer = await run(["inspect", "--type", "image", "--format", idFormat, reference])
        return answer.output.lines.first.flatMap { try? Digest("sha256:" + $0) }
    }

    private var idFormat: String { program == .buildah ? "{{.FromImageID}}" : "{{.Id}}" }

    /// Podman refuses a run root of more than 50 characters as it is given, so it is given from the working folder.
    private static func storage(_ folder: String, driver: String) -> [String] {
        ["--root", folder + "/storage", "--runroot", "run", "--storage-driver", driver]
    }

    /// `overlay` where the kernel and the file system allow it, else `vfs`, which copies every layer.
    ///
    /// A storage keeps the driver it was begun with: with another one its images could not be seen.
    private static func driver(
        _ program: Program,
        _ folder: String,
        _ environment: [String: String]
    )
        async throws(BuilderFault) -> (driver: String, version: String)
    {
        var reasons: [String] = []
        let begun = (try? fileKind(folder + "/storage/vfs-images")) == .folder ? ["vfs"] : ["overlay", "vfs"]
        for driver in begun {
            let ask = Command(
                program.rawValue,
                storage(folder, driver: driver) + ["info"],
                environment: environment,
                folder: folder
            )
            let answer = await Children.run(ask, limit: .seconds(60))
            if answer.termination.isSuccess {
                let version = Command(program.rawValue, ["--version"], environment: environment)
                let words = await Children.run(version, limit: .seconds(20)).output.text.split(separator: " ")
                return (driver, words.count > 2 ? visible(String(words[2].prefix { !$0.isWhitespace })) : "")
            }
            if case .notStarted(let reason) = answer.termination {
                throw BuilderFault("\(program.rawValue): \(reason)")
            }
            reasons.append(
                "\(driver): \(SubordinateIDs.complaint(in: answer.errors.lines.map(String.init)) ?? said(answer))"
            )
        }
        throw BuilderFault("\(program.rawValue): \(reasons.joined(separator: ", "))")
    }
}
