import Synchronization

/// The guided tour: steps on a throw-away installation, each of which looks at what really happened.
struct Demo: Sendable {
    /// One thing that the program promises.
    struct Step: Sendable {
        let title: String
        /// Does it and checks it; returns what was seen.
        let run: @Sendable (DemoSite) async throws -> String
    }

    /// What was seen in place of what should have happened.
    struct Failure: Error, CustomStringConvertible {
        let description: String

        init(_ description: String) { self.description = description }
    }

    let site: DemoSite
    let console: DemoConsole

    static let steps = [
        Step(title: "Everything that is desired is built or mirrored", run: everything),
        Step(title: "A second pass finds no drift", run: noDrift),
        Step(title: "A commit in one image's folder rebuilds only that image", run: oneCommit),
        Step(title: "A tag that moved upstream is copied again", run: movedTag),
        Step(title: "The service: a pushed edit of desired/ brings a new image", run: pushedEdit),
        Step(title: "A tag that somebody deletes in the registry comes back", run: deletedTag),
        Step(title: "A commit and a nudge: the new image is told to a webhook", run: webhook),
    ]

    /// Takes the steps in order, and returns whether all of them happened; the first that does not is the last.
    func run() async -> Bool {
        console.put("Everything happens in \(site.folder), and on 127.0.0.1 alone.")
        console.command("cd \(site.folder)")
        for line in site.exports { console.command(line) }
        let begin = ContinuousClock.now
        let number = Mutex(0)
        let progress = Task {
            await console.showProgress { "step \(number.withLock { $0 } + 1) of \(Self.steps.count)" }
        }
        let hasHappened = await takeSteps { step in number.withLock { $0 = step } }
        progress.cancel()
        await progress.value
        guard hasHappened else { return false }
        console.put("")
        console.put("All \(Self.steps.count) steps happened, in \(secondsText(ContinuousClock.now - begin)).")
        return true
    }

    private func takeSteps(_ onStep: (Int) -> Void) async -> Bool {
        for (index, step) in Self.steps.enumerated() {
            onStep(index)
            console.put("")
            console.title("\(index + 1). \(step.title)")
            guard await take(step) else { return false }
        }
        return true
    }

    private func take(_ step: Step) async -> Bool {
        let begin = ContinuousClock.now
        do {
            console.outcome(true, try await step.run(site), ContinuousClock.now - begin)
            return true
        } catch {
            let seen = Task.isCancelled ? "interrupted" : visible("\(error)")
            console.putRest()
            console.outcome(false, seen, ContinuousClock.now - begin)
            return false
        }
    }
}
