import Glibc

/// Arguments become settings, settings a command, and the command an exit status.
@main
enum Main {
    static func main() async {
        Memory.beFrugal()
        let signals = Signals()
        Children.becomeSubreaper()
        exit(await run(signals).rawValue)
    }

    private static func run(_ signals: Signals) async -> ExitStatus {
        do throws(UsageError) {
            let arguments = Array(CommandLine.arguments.dropFirst())
            switch try Invocation(arguments: arguments, environment: currentEnvironment()) {
            case .help(let topic): put(topic?.text ?? HelpTopic.overview, on: 1)
            case .version: say("reconcile \(version) (\(buildCommit))")
            case .run(let command, let settings): return await run(command, settings, signals)
            }
            return .done
        } catch {
            complain(error.description)
            return .invalid
        }
    }

    private static func run(_ command: Subcommand, _ settings: Settings, _ signals: Signals) async -> ExitStatus {
        let folder: String
        do {
            folder = try resolvedPath(".")
        } catch {
            complain("reconcile: \(error)")
            return .failed
        }
        let installation = Installation(settings, in: folder)
        if case .service = command { return await installation.serve(signals) }
        return await signals.untilStopped {
            switch command {
            case .once: await installation.once()
            case .plan(let asJSON): await installation.plan(asJSON: asJSON)
            case .check: installation.check()
            case .force(let patterns): installation.force(patterns)
            case .status(let query): installation.status(query)
            case .prune(let order): await installation.prune(order)
            case .demo(let keepsFolder): await Demo.run(keepingFolder: keepsFolder, settings)
            case .service: .failed
            }
        }
    }
}
