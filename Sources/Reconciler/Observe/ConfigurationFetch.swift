import Glibc

extension ConfigurationCheckout {
    /// The remotes that the checkout's git configuration names.
    func remotes() async throws(GitFault) -> ConfiguredRemotes {
        let finished = await run(["config", "-z", "--get-regexp", "^(branch|remote)\\.|^core\\.sshcommand$"])
        switch finished.termination {
        case .exited(0), .exited(1): return ConfiguredRemotes(finished.output.bytes)
        default: throw GitFault("git config in \(visible(top))", finished)
        }
    }

    /// Where the upstream branch is now; its commits are fetched into the object store, and no reference is moved.
    ///
    /// `plan` may do this too. The other side is asked first, because a fetch that writes neither a reference nor
    /// `FETCH_HEAD` does not tell what it got; if the branch moves in between, it is asked again.
    func fetch(
        _ upstream: ConfigurationUpstream,
        _ limits: GitRepository.Limits
    ) async throws(GitFault) -> ObjectID {
        let remote: GitRemote
        do { remote = try ConfigurationAddress(upstream.url, top: top).remote } catch {
            throw GitFault("remote \(visible(upstream.remote)): \(error)")
        }
        for _ in 0..<3 {
            let tip = try await ask(upstream, at: remote, limits)
            if let commit = await commit(tip) { return commit }
            if let reason = limits.stopsFor() { throw GitFault("fetch \(shown(remote)): \(reason)") }
            let arguments = [
                "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance", "--refmap=",
                "--end-of-options", remote.address, upstream.ref,
            ]
            do { _ = try await transfer(arguments, upstream, remote, limits) } catch {
                removeOldParts()
                throw error
            }
        }
        throw GitFault("fetch \(shown(remote)): \(visible(upstream.ref)) is no commit, or moves all the time")
    }

    private func ask(
        _ upstream: ConfigurationUpstream,
        at remote: GitRemote,
        _ limits: GitRepository.Limits
    ) async throws(GitFault) -> ObjectID {
        let arguments = ["ls-remote", "--end-of-options", remote.address, upstream.ref]
        let answer = try await transfer(arguments, upstream, remote, limits)
        for line in answer.lines {
            let fields = line.split(separator: "\t")
            if fields.count == 2, fields[1] == upstream.ref, let id = try? ObjectID(fields[0]) { return id }
        }
        let name = visible(branchName(upstream.ref))
        throw GitFault(
            "\(shown(remote)) has no branch \(name) any more; in \(visible(top)) choose another: "
                + "git branch --set-upstream-to=\(visible(upstream.remote))/BRANCH"
        )
    }

    private func transfer(
        _ arguments: [String],
        _ upstream: ConfigurationUpstream,
        _ remote: GitRemote,
        _ limits: GitRepository.Limits
    ) async throws(GitFault) -> Captured {
        var command = await git.transfer(
            arguments,
            gitFolder: gitFolder,
            remote: remote,
            sshCommand: upstream.sshCommand
        )
        command.folder = top
        let finished = await Children.run(
            command,
            limit: limits.time,
            groups: git.groups,
            stopsFor: limits.stopsFor
        )
        guard finished.termination.isSuccess else {
            throw GitFault("\(arguments[0]) \(shown(remote))", finished, redaction: command.redaction)
        }
        return finished.output
    }

    /// Removes what failed fetches received an hour ago or earlier; younger parts may be another git's.
    private func removeOldParts() {
        let packs = commonFolder + "/objects/pack"
        for name in (try? listFolder(packs)) ?? [] where name.hasPrefix("tmp_") {
            let path = "\(packs)/\(name)"
            if let time = modified(path), Moment.current() - time > .seconds(3_600) { unlink(path) }
        }
    }
}

private func shown(_ remote: GitRemote) -> String { visible(withoutUserInformation(remote.address)) }

/// When the file at `path` was last written; nil if there is none.
func modified(_ path: String) -> Moment? {
    var answer = stat()
    guard lstat(path, &answer) == 0 else { return nil }
    return Moment(milliseconds: Int64(answer.st_mtim.tv_sec) * 1_000 + Int64(answer.st_mtim.tv_nsec) / 1_000_000)
}
