extension Installation {
    /// `reconcile prune`: says which tags nothing desires any more and, if it is asked to, deletes them.
    func prune(_ order: Subcommand.PruneOrder) async -> ExitStatus {
        guard case .nothing = order.extent else {
            return await holdingState { file in await prune(order, await file.recorded, in: file) }
        }
        return await visiting { visitor in
            let recorded = try StateFile.peek(in: visitor.state)
            return try await visitor.withRegistry { await visitor.prune(order, recorded, in: nil) }
        }
    }

    /// `file` is where deletions are noted; nil if there will be none, and the state may be somebody else's.
    private func prune(_ order: Subcommand.PruneOrder, _ recorded: Recorded, in file: StateFile?) async -> ExitStatus {
        do {
            guard let desired = try await upstreamDesired(recorded, order.extent) else { return .failed }
            if let why = await client.reasonForSilence(of: settings.registry.host) {
                complain("reconcile: the registry \(why); start it, or name another with --registry")
                return .failed
            }
            let looks = RegistryLooks(client: client, host: settings.registry.host, now: .current()) { _ in true }
            let lists = await looks.lists(for: desired.mirrors, [:])
            let unseen = lists.values.compactMap { list -> String? in
                guard case .unknown(let why) = list else { return nil }
                return why
            }
            for why in unseen.sorted() { complain("reconcile: \(why); nothing that the entry may stand for is pruned") }
            try await file?.save(recorded.departures(from: desired, lists, at: .current()))
            let prunable = Prunable(await file?.recorded ?? recorded, desired: desired, lists)
            let run = PruneRun(
                prunable: prunable,
                due: prunable.leftovers(olderThan: order.olderThan, at: .current()),
                registry: KeptRegistry(host: settings.registry.host, client: client),
                now: .current()
            )
            let status = await run.carryOut(order.extent) { tag in
                if let file { try await file.save(await file.recorded.forgetting(tag)) }
            }
            return unseen.isEmpty ? status : .failed
        } catch {
            return refusal(error)
        }
    }

    /// What is desired by the config repo's upstream; nil if that cannot be seen and something is to be deleted.
    private func upstreamDesired(
        _ recorded: Recorded,
        _ extent: Subcommand.PruneOrder.Extent
    ) async throws -> Desired? {
        let preview = await (try configuration()).peek { recorded.wasFetched($0) }
        if preview.look.update.isTrouble, let note = preview.look.update.note { complain("reconcile: \(note)") }
        if preview.look.update.failure != nil, extent != .nothing {
            complain("reconcile: nothing is deleted while nobody can see what is desired upstream")
            return nil
        }
        return try reader.read(preview.files).withGitTags(recorded)
    }
}
