extension Demo {
    /// `reconcile demo`: makes a throw-away installation, takes the steps, and clears everything away.
    static func run(keepingFolder: Bool, _ settings: Settings) async -> ExitStatus {
        let missing = missingPrograms(settings.builder)
        guard missing.isEmpty else {
            complain(
                "reconcile: the demo needs what is not installed: \(missing.joined(separator: ", ")); "
                    + "apt-get install \(missing.joined(separator: " "))"
            )
            return .invalid
        }
        let folder: String
        do {
            folder = try resolvedPath(createTemporaryFolder(in: systemTemporaryFolder(), prefix: "reconcile-demo-"))
        } catch {
            complain("reconcile: \(error)")
            return .failed
        }
        let hasHappened = await run(in: folder, settings, keepingFolder)
        guard !keepingFolder else { return hasHappened ? .done : .failed }
        do {
            try removeTree(folder)
        } catch {
            complain("reconcile: \(error); remove \(folder) by hand")
            return .failed
        }
        return hasHappened ? .done : .failed
    }

    private static func run(in folder: String, _ settings: Settings, _ isKept: Bool) async -> Bool {
        let console = DemoConsole(isVerbose: settings.isVerbose)
        do {
            let site = try await DemoSite(in: folder, settings, console)
            do {
                try await site.fill()
            } catch {
                await site.stop()
                throw error
            }
            let hasHappened = await Demo(site: site, console: console).run()
            await site.stop()
            if !isKept { await site.programs.removeEngineImages() }
            tellEnd(of: site, isKept)
            return hasHappened
        } catch {
            complain("reconcile: \(Task.isCancelled ? "interrupted" : "\(error)")")
            return false
        }
    }

    private static func tellEnd(of site: DemoSite, _ isKept: Bool) {
        let page = site.folder + "/config/public/index.html"
        if (try? fileKind(page)) == .file {
            site.console.put("Status page: \(page)" + (isKept ? "" : " (reconcile demo --keep leaves it)"))
        }
        guard isKept else { return }
        site.console.put("The folder stays. Its registry and service can go on, but for the upstream:")
        let (config, sources) = ("\(site.folder)/config", "\(site.folder)/sources")
        site.console.command(
            "reconcile --config \(config) --allow-local \(sources) --registry embedded:\(site.kept.port)"
        )
    }

    /// Packages of Debian that are needed and not there.
    private static func missingPrograms(_ builder: BuilderChoice) -> [String] {
        let builders: [(program: String, package: String)] =
            switch builder {
            case .automatic: [("buildah", "buildah"), ("podman", "podman"), ("docker", "docker.io")]
            case .buildah: [("buildah", "buildah")]
            case .podman: [("podman", "podman")]
            case .docker, .buildx: [("docker", "docker.io")]
            }
        var missing = ["git", RegistryProcess.program].filter { !isInstalled($0) }
        if !builders.contains(where: { isInstalled($0.program) }) { missing.append(builders[0].package) }
        return missing
    }
}
