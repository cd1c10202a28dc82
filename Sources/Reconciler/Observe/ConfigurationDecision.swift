/// What a look found and what it means for the checkout, before anything is changed.
struct ConfigurationDecision: Sendable {
    var place: ConfigurationPlace
    /// What is checked out now.
    var head: ConfigurationHead?
    var upstream: ConfigurationUpstream?
    /// Where the upstream branch is.
    var fetched: ObjectID?
    var step: ConfigurationStep

    /// What is to be told if the step succeeds.
    var update: ConfigurationUpdate {
        switch step {
        case .stay(let update): update
        case .move(let move): move.update
        }
    }
}

/// What of a `ConfigurationHead` stays the same from commit to commit.
struct ConfigurationPlace: Sendable {
    let gitFolder: String
    var branch = ""
    var remote: String?

    func head(at commit: ObjectID) -> ConfigurationHead {
        ConfigurationHead(gitFolder: gitFolder, commit: commit, branch: branch, remote: remote)
    }
}

extension ConfigurationCheckout {
    /// Looks at the work tree and its upstream branch; a look that fails decides to stay.
    func decide(
        _ limits: GitRepository.Limits,
        wasFetched: @Sendable (ObjectID) -> Bool
    ) async -> ConfigurationDecision {
        var decision = ConfigurationDecision(place: ConfigurationPlace(gitFolder: gitFolder), step: .stay(.current))
        do throws(GitFault) {
            let branch = try await branch()
            let head = try await head()
            let remotes = try await remotes()
            let name = branch.map(branchName) ?? ""
            decision.upstream = branch.flatMap { remotes.upstream(of: $0) }
            let url = decision.upstream?.url ?? remotes.usualURL
            decision.place = ConfigurationPlace(
                gitFolder: gitFolder,
                branch: name,
                remote: url.map { shown($0, top: top) }
            )
            decision.head = head.map { decision.place.head(at: $0) }
            guard branch != nil else {
                decision.step = .stay(.asItIs(nothingFetched("it is on no branch", cure: "git switch BRANCH")))
                return decision
            }
            guard let upstream = decision.upstream else {
                let why = "branch \(visible(name)) follows none of a remote"
                decision.step = .stay(.asItIs(nothingFetched(why, cure: "git branch --set-upstream-to=REMOTE/BRANCH")))
                return decision
            }
            let commit = try await fetch(upstream, limits)
            decision.fetched = commit
            decision.step = try await step(from: head, to: commit, of: upstream, wasFetched: wasFetched)
        } catch {
            decision.step = .stay(.failed("\(error)"))
        }
        return decision
    }

    private func nothingFetched(_ why: String, cure: String) -> String {
        "\(visible(top)): \(why), so it is used as it is and nothing is fetched; to follow one: \(cure)"
    }
}

/// A remote's address without secrets; of one that is refused too.
private func shown(_ url: String, top: String) -> String {
    (try? ConfigurationAddress(url, top: top))?.remote.address ?? withoutUserInformation(url)
}
