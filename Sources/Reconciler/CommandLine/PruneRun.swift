/// One run of `reconcile prune`: looks at what is due, tells it, and deletes it if that is asked for.
struct PruneRun {
    let prunable: Prunable
    /// The leftovers that are old enough.
    let due: [Prunable.Leftover]
    let registry: KeptRegistry
    let now: Moment

    private typealias Seen = (leftover: Prunable.Leftover, standing: LeftoverStanding)

    func carryOut(
        _ extent: Subcommand.PruneOrder.Extent,
        forget: (Destination) async throws -> Void
    ) async -> ExitStatus {
        let registry = registry
        let looks: [Seen] = await sideBySide(due, atMost: 32) { ($0, await registry.standing(of: $0)) }
        let deletable = looks.filter(\.standing.isOurs).map(\.leftover)
        let isComplete = tell(looks)
        let isMoreThanHalf = deletable.count * 2 > prunable.known
        if case .nothing = extent {
            say(await summary(deletable, gone: looks.count { $0.standing == .gone }, isMoreThanHalf))
            return isComplete ? .done : .failed
        }
        if case .upToHalf = extent, isMoreThanHalf {
            complain(
                "reconcile: \(deletable.count) of \(count(prunable.known, "known tag")) are more than half, so none is "
                    + "deleted; if desired/ is as it should be: reconcile prune --delete=all"
            )
            return .failed
        }
        do {
            for (leftover, standing) in looks where standing.isOver { try await forget(leftover.tag) }
            let failures = try await delete(deletable, forget)
            return isComplete && failures == 0 ? .done : .failed
        } catch {
            complain("reconcile: \(error)")
            return .failed
        }
    }

    /// Prints a line for each tag; false if one could not be looked at.
    private func tell(_ looks: [Seen]) -> Bool {
        for (leftover, standing) in looks {
            switch standing {
            case .asPushed, .emptied: say("\(leftover.tag) \(leftover.digest.short) \(age(of: leftover))")
            case .gone: break
            case .foreign(let digest):
                say("\(leftover.tag) is \(digest.short) now, not \(leftover.digest.short) as it was pushed: left alone")
            case .unknown(let why): complain("reconcile: \(leftover.tag): \(why)")
            }
        }
        return !looks.contains { if case .unknown = $0.standing { true } else { false } }
    }

    private func age(of leftover: Prunable.Leftover) -> String {
        guard let left = leftover.left else { return "undesired since just now" }
        return "undesired for \(max(.zero, now - left).coarse)"
    }

    private func summary(_ deletable: [Prunable.Leftover], gone: Int, _ isMoreThanHalf: Bool) async -> String {
        let rest = gone == 0 ? "" : "; \(gone) gone already"
        if deletable.isEmpty { return "nothing to prune among \(count(prunable.known, "known tag"))\(rest)" }
        let gain = await registry.gain(deletable, of: prunable).map { ", \($0) that no other tag needs" } ?? ""
        let flag = isMoreThanHalf ? "these are more than half, so only --delete=all" : "--delete"
        return
            "\(deletable.count) of \(count(prunable.known, "known tag")) to prune\(gain)\(rest); \(flag) deletes them"
    }

    /// Deletes one after the other, and returns how many could not be; a registry that deletes nothing ends it at once.
    private func delete(
        _ leftovers: [Prunable.Leftover],
        _ forget: (Destination) async throws -> Void
    ) async throws -> Int {
        guard let first = leftovers.first else {
            say("nothing to prune among \(count(prunable.known, "known tag"))")
            return 0
        }
        try await registry.checkDeletion(from: first.tag.repository)
        var done = 0
        let gain = await registry.gain(leftovers, of: prunable)
        for leftover in leftovers where !Task.isCancelled {
            // A push may have come since the first look.
            guard await registry.standing(of: leftover).isOurs else {
                complain("reconcile: \(leftover.tag) has just changed: left alone")
                continue
            }
            do throws(RegistryError) {
                try await registry.untag(leftover)
            } catch {
                complain("reconcile: \(leftover.tag): \(error)")
                continue
            }
            try await forget(leftover.tag)
            done += 1
        }
        let isAll = done == leftovers.count
        // What fewer tags free was not asked beforehand, and cannot be asked now.
        let amount = isAll ? gain.map { "\($0) that no other tag needs" } ?? "their space" : "their space"
        say("deleted " + (isAll ? "" : "\(done) of ") + count(leftovers.count, "tag"))
        if done > 0 { say(Self.waysToCollect(amount)) }
        return leftovers.count - done
    }

    /// How a registry gives up what no tag points to any more; README.md has the commands around it.
    private static func waysToCollect(_ amount: String) -> String {
        """
        \(amount) will be free once the registry, stopped, has collected garbage:
          registry:3  registry garbage-collect --delete-untagged /etc/distribution/config.yml
          registry:2  registry garbage-collect --delete-untagged /etc/docker/registry/config.yml
                      (this destroys multi-platform images; if there are any, upgrade to registry:3 first)
        """
    }
}

extension LeftoverStanding {
    /// Whether nobody else has put anything there.
    fileprivate var isOurs: Bool {
        switch self {
        case .asPushed, .emptied: true
        case .gone, .foreign, .unknown: false
        }
    }

    /// Whether the tag is no longer ours to delete, so that nothing need be remembered of it.
    fileprivate var isOver: Bool {
        switch self {
        case .gone, .foreign: true
        case .asPushed, .emptied, .unknown: false
        }
    }
}

extension Duration {
    /// The duration in its largest unit alone: `3d`, `5h`.
    fileprivate var coarse: String {
        let seconds = Int(components.seconds)
        for (unit, size) in [("d", 86_400), ("h", 3_600), ("m", 60)] where seconds >= size {
            return "\(seconds / size)\(unit)"
        }
        return "\(seconds)s"
    }
}
