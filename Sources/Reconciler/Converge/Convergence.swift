/// Puts right what has drifted: builds and copies side by side, none held back by another's failure.
struct Convergence: Sendable {
    let registry: KeptRegistry
    let building: @Sendable () async throws(BuilderFault) -> Building
    /// Called often with the bytes of a copy that are done, and all there will be.
    let onBytes: @Sendable (ImageID, Int64, Int64) -> Void
    /// Whether anybody is told of what an entry brings: a copy that nobody is told of is recognised by its digest.
    let tells: @Sendable (MirrorEntry) -> Bool
    /// Called before the first tag of an image moves; what it throws keeps the tag where it is.
    let willPush: @Sendable (ImageID, PushRecord) async throws -> Void
    let now: @Sendable () -> Moment

    /// Carries out what `action` says for a build entry.
    func carryOut(_ action: Action, for entry: BuildEntry, insteadOf former: Digest?) async -> Outcome {
        await outcome {
            switch action {
            case .putBack(let record, let tags, let otherwise):
                if try await registry.putBack(record.digest, in: entry.name, tags) {
                    let names = tags.map(\.description).joined(separator: " ")
                    let news = "put back \(entry.key) \(names) \(record.digest.short)"
                    return .converged(record.adding(tags), news: news)
                }
                guard let otherwise else { return .stalled(why: lost(record.digest)) }
                return await carryOut(otherwise, for: entry, insteadOf: former)
            case .build(let inputs, let source, let tags):
                let begin = now()
                let origin = BuildOrigin(commit: source.commit.id, branch: source.branch, inputs: inputs)
                let result = try await building().build(entry, inputs, at: source, tags, insteadOf: former) { digest in
                    let push = PushRecord(origin: .build(origin), digest: digest, tags: tags, time: begin)
                    try await willPush(.build(entry.key), push)
                }
                let news =
                    "build \(entry.key) \(result.digest.short)\(result.isNew ? "" : " is the image that was there") "
                    + elapsed(since: begin) + (source.news.isEmpty ? "" : ": " + source.news)
                let size = registry.sizes[result.digest]
                let built = ImageRecord(
                    origin: .build(origin),
                    digest: result.digest,
                    tags: tags,
                    time: begin,
                    size: size
                )
                return result.isNew ? .converged(built, news: news) : .same(built, news: news)
            case .copy, .copyReferrers:
                return .stalled(why: "it is to be copied, but \(entry.key) is built")
            }
        }
    }

    /// Carries out what `action` says for a mirrored tag, of which the registry may have `former` already.
    func carryOut(_ action: Action, for mirror: MirroredTag, _ former: Copying.Former) async -> Outcome {
        await outcome {
            switch action {
            case .putBack(let record, let tags, let otherwise):
                if try await registry.putBack(record.digest, in: mirror.entry.landing, tags) {
                    return .converged(record, news: "put back \(mirror.id) \(record.digest.short)")
                }
                guard let otherwise else { return .stalled(why: lost(record.digest)) }
                return await carryOut(otherwise, for: mirror, former)
            case .copy(let digest):
                let (begin, sent) = (now(), Tally())
                let copying = copying(mirror, former, sent) { result in
                    guard tells(mirror.entry) else { return }
                    let origin = MirrorOrigin(upstream: digest, platforms: mirror.platforms, pulls: result.pulls)
                    let push = PushRecord(
                        origin: .mirror(origin),
                        digest: result.digest,
                        tags: [mirror.tag],
                        time: begin
                    )
                    try await willPush(mirror.id, push)
                }
                let record = try await naming(mirror) { try await copying.copy(digest, of: mirror, at: begin) }
                let news = "mirror \(mirror.id) \(record.digest.short) \(sent) \(elapsed(since: begin))" + record.gaps
                return .converged(record, news: news)
            case .copyReferrers(let image):
                let (begin, sent) = (now(), Tally())
                let copying = copying(mirror, former, sent)
                let record = try await naming(mirror) { try await copying.copyReferrers(of: image, mirror) }
                let news =
                    "mirror \(mirror.id) referrers of \(image.digest.short) \(sent) \(elapsed(since: begin))"
                    + record.gaps
                return .converged(record, news: news)
            case .build:
                return .stalled(why: "\(mirror.id) is to be built, but it is mirrored")
            }
        }
    }

    private func copying(
        _ mirror: MirroredTag,
        _ former: Copying.Former,
        _ sent: Tally,
        beforeTag: @escaping @Sendable (Copying.Result) async throws -> Void = { _ in }
    ) -> Copying {
        Copying(registry: registry, former: former, onBlob: sent.add, beforeTag: beforeTag) {
            onBytes(mirror.id, $0, $1)
        }
    }

    /// Runs a copy; what fails in it is told with the name of what is copied.
    private func naming(_ mirror: MirroredTag, _ copy: () async throws -> ImageRecord) async throws -> ImageRecord {
        do {
            return try await copy()
        } catch let error as RegistryError {
            throw error.copying(mirror.upstream, into: mirror.destination.repository)
        }
    }

    private func outcome(_ body: () async throws -> Outcome) async -> Outcome {
        do {
            return try await body()
        } catch let error as RegistryError {
            return Outcome(error)
        } catch let fault as BuildFault {
            guard fault.termination != .cancelled else { return .cancelled }
            return .retry(after: nil, why: fault.summary, output: fault.lines)
        } catch {
            return Task.isCancelled ? .cancelled : .retry(after: nil, why: "\(error)")
        }
    }

    private func lost(_ digest: Digest) -> String {
        "the registry has lost \(digest.short), and its source cannot be looked at"
    }

    private func elapsed(since begin: Moment) -> String { secondsText(now() - begin) }
}

extension ImageRecord {
    /// What of the referrers was not to be had, for the log; empty if nothing.
    fileprivate var gaps: String {
        guard case .mirror(let origin) = origin, let dangling = origin.referrers?.dangling, !dangling.isEmpty else {
            return ""
        }
        let names = dangling.map(\.short).joined(separator: " ")
        return "; its upstream lists \(names) as a signature or the like and does not have it, the rest is copied"
    }

    /// The record with `more` tags on the same digest.
    fileprivate func adding(_ more: [Tag]) -> ImageRecord {
        let all = tags + more.filter { !tags.contains($0) }
        return ImageRecord(origin: origin, digest: digest, tags: all, time: time, size: size)
    }
}
