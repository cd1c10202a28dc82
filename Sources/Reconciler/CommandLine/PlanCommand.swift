extension Installation {
    /// `reconcile plan`: what a pass would do, and why; moves nothing and writes nothing but fetched git objects.
    func plan(asJSON: Bool) async -> ExitStatus {
        await visiting { visitor in
            let sight = try await visitor.reporter.showing { try await visitor.see() }
            if sight.look.update.isTrouble, let note = sight.look.update.note { complain(note) }
            for secret in try visitor.missingSecrets(of: sight.desired) { complain("\(secret)") }
            return tell(sight.plan, isWhole: sight.look.update.failure == nil, asJSON: asJSON)
        }
    }

    /// What `plan` saw of the config repo, and what it found.
    private struct Sight: Sendable {
        let look: ConfigurationLook
        let desired: Desired
        let plan: Plan
    }

    private func see() async throws -> Sight {
        let recorded = try StateFile.peek(in: state)
        let repository = try configuration()
        let preview = await repository.peek { recorded.wasFetched($0) }
        let desired = try reader.read(preview.files)
        reporter.desires(desired, recorded)
        let survey = Survey(
            installation: self,
            desired: desired,
            recorded: recorded,
            configuration: preview.look.head,
            identity: await repository.identity(),
            forced: ForceRequests(state: state).pending().flatMap(\.patterns),
            now: .current()
        )
        // It goes as deep as the next single pass would.
        let isDeep = survey.childrenAreDue
        let (silence, (comparison, found)) = try await withRegistry {
            let silence = await client.reasonForSilence(of: settings.registry.host)
            return (silence, await survey.observe(isDue: { isDeep || !$0.isDeep }))
        }
        var plan = survey.plan(for: comparison, found)
        // A pass would not even begin.
        if let silence { plan.obstacle = "registry \(silence); start it, or name another with --registry" }
        return Sight(look: preview.look, desired: desired, plan: plan)
    }

    /// `isWhole` says that the config repo could be looked at, so that it is what is desired that the plan is for.
    private func tell(_ plan: Plan, isWhole: Bool, asJSON: Bool) -> ExitStatus {
        if asJSON { put(plan.json.pretty, on: 1) } else { for line in plan.lines { say(line) } }
        for line in plan.complaints { complain(line) }
        if !isWhole || !plan.complaints.isEmpty { return .failed }
        return plan.hasDrift ? .drift : .done
    }
}
