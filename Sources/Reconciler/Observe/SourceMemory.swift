import Synchronization

/// What git told of commits and Dockerfiles, which never change, for as long as the program runs.
final class SourceMemory: Sendable {
    private struct State {
        var dockerfiles: [ObjectID: Dockerfile] = [:]
        var commits: [ObjectID: GitCommit] = [:]
        var contexts: [ObjectID: [ContextQuery: ContextLook]] = [:]
    }

    private static let most = 10_000
    private let state = Mutex(State())

    /// The Dockerfiles of these blobs; those that were not read before cost one git process together.
    func dockerfiles(
        _ ids: Set<ObjectID>,
        in repository: GitRepository
    ) async throws(GitFault) -> [ObjectID: Dockerfile] {
        var files = state.withLock { state in state.dockerfiles.filter { ids.contains($0.key) } }
        let missing = ids.subtracting(files.keys)
        for (id, bytes) in try await repository.dockerfiles(missing) { files[id] = Dockerfile(bytes) }
        let read = files.filter { missing.contains($0.key) }
        state.withLock { state in
            if state.dockerfiles.count > Self.most { state.dockerfiles = [:] }
            state.dockerfiles.merge(read) { $1 }
        }
        return files
    }

    /// A commit and the contexts that are asked for in it; no git process if it was asked the same before.
    func contexts(
        _ queries: Set<ContextQuery>,
        at id: ObjectID,
        in repository: GitRepository
    ) async throws(GitFault) -> (GitCommit, [ContextQuery: ContextLook]) {
        let (known, looks) = state.withLock { ($0.commits[id], $0.contexts[id] ?? [:]) }
        if let known, queries.allSatisfy({ looks[$0] != nil }) { return (known, looks) }
        var look: StoredLook
        if let stored = StoredLook.read(id, in: repository), queries.allSatisfy({ stored.contexts[$0] != nil }) {
            look = stored
        } else {
            let commit = if let known { known } else { try await repository.commit(id) }
            look = StoredLook(
                commit: commit,
                contexts: try await repository.contexts(queries, in: commit),
                dockerfiles: [:]
            )
            look.dockerfiles = try await repository.dockerfiles(Set(look.contexts.values.compactMap(\.dockerfile)))
            look.save(in: repository)
        }
        let (commit, found) = (look.commit, look.contexts)
        let files = look.dockerfiles.mapValues { Dockerfile($0) }
        state.withLock { state in
            // Of older commits nobody asks again.
            if state.commits.count > 1_000 { (state.commits, state.contexts) = ([:], [:]) }
            state.commits[id] = commit
            state.contexts[id, default: [:]].merge(found) { $1 }
            state.dockerfiles.merge(files) { $1 }
        }
        return (commit, found)
    }
}
