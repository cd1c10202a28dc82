import Synchronization

/// What git told of commits and Dockerfiles, which never change, for as long as something follows them.
final class SourceMemory: Sendable {
    private struct Known {
        var commits: [ObjectID: GitCommit] = [:]
        var contexts: [ObjectID: [ContextQuery: ContextLook]] = [:]
        var dockerfiles: [ObjectID: Dockerfile] = [:]
    }

    /// By the folder of our copy.
    private let known = Mutex<[String: Known]>([:])

    /// The Dockerfiles of these blobs; those that were not read before cost one git process together.
    func dockerfiles(
        _ ids: Set<ObjectID>,
        in repository: GitRepository
    ) async throws(GitFault) -> [ObjectID: Dockerfile] {
        var files = known.withLock { $0[repository.folder]?.dockerfiles.filter { ids.contains($0.key) } ?? [:] }
        let missing = ids.subtracting(files.keys)
        for (id, bytes) in try await repository.dockerfiles(missing) { files[id] = Dockerfile(bytes) }
        let read = files.filter { missing.contains($0.key) }
        known.withLock { $0[repository.folder, default: Known()].dockerfiles.merge(read) { $1 } }
        return files
    }

    /// A commit and the contexts that are asked for in it; no git process if it was asked the same before.
    func contexts(
        _ queries: Set<ContextQuery>,
        at id: ObjectID,
        in repository: GitRepository
    ) async throws(GitFault) -> (GitCommit, [ContextQuery: ContextLook]) {
        let (known, looks) = known.withLock { known in
            (known[repository.folder]?.commits[id], known[repository.folder]?.contexts[id] ?? [:])
        }
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
        remember(look, at: id, in: repository)
        return (look.commit, look.contexts)
    }

    /// Forgets all of a repository but these commits, of others nobody asks again; without any it is left as it is.
    func keep(_ commits: Set<ObjectID>, of repository: GitRepository) {
        known.withLock { known in
            guard !commits.isEmpty, let all = known[repository.folder], !commits.isSuperset(of: all.commits.keys) else {
                return
            }
            let contexts = all.contexts.filter { commits.contains($0.key) }
            let files = Set(contexts.values.flatMap { $0.values.compactMap(\.dockerfile) })
            known[repository.folder] = Known(
                commits: all.commits.filter { commits.contains($0.key) },
                contexts: contexts,
                dockerfiles: all.dockerfiles.filter { files.contains($0.key) }
            )
        }
    }

    /// How many commits it knows something of.
    var count: Int { known.withLock { $0.values.reduce(0) { $0 + $1.commits.count } } }

    private func remember(_ look: StoredLook, at id: ObjectID, in repository: GitRepository) {
        let files = look.dockerfiles.mapValues { Dockerfile($0) }
        known.withLock { all in
            var known = all[repository.folder] ?? Known()
            known.commits[id] = look.commit
            known.contexts[id, default: [:]].merge(look.contexts) { $1 }
            known.dockerfiles.merge(files) { $1 }
            all[repository.folder] = known
        }
    }
}
