/// The configuration folder, kept in line with its upstream branch without ever touching local work.
struct ConfigurationRepository: Sendable {
    private let git: Git
    /// The folder that holds `desired/`, absolute.
    let folder: String
    /// The program's own folders, absolute, which may lie in the checkout and in which the repository has no say.
    private let ownFolders: [String]
    private let limits: GitRepository.Limits
    private let now: @Sendable () -> Moment
    private let finding = Finding()

    /// Where git found the checkout; it is asked once for a look and what follows from it.
    private actor Finding {
        private var found: ConfigurationCheckout??

        func checkout(
            _ find: @Sendable () async throws(GitFault) -> ConfigurationCheckout?
        ) async throws(GitFault) -> ConfigurationCheckout? {
            if let found { return found }
            let checkout = try await find()
            found = .some(checkout)
            return checkout
        }
    }

    /// `checkout` is the folder of `--config`; throws if there is no such folder.
    init(
        git: Git,
        checkout: String,
        ownFolders: [String] = [],
        limits: GitRepository.Limits = GitRepository.Limits(),
        now: @escaping @Sendable () -> Moment = Moment.current
    ) throws(FileFault) {
        self.git = git
        folder = try resolvedPath(checkout)
        self.ownFolders = ownFolders
        self.limits = limits
        self.now = now
    }

    /// Fetches the upstream branch and moves the checkout to it if that touches no local work.
    ///
    /// `wasFetched` tells whether a commit was the `fetched` of an earlier look. The caller holds the state's lock.
    func refresh(wasFetched: @Sendable (ObjectID) -> Bool) async -> ConfigurationLook {
        let checkout: ConfigurationCheckout
        do throws(GitFault) {
            guard let found = try await find() else { return ConfigurationLook(head: nil, update: notInGit) }
            checkout = found
        } catch {
            return ConfigurationLook(head: nil, update: .failed("\(error)"))
        }
        var repairs: [String] = []
        var fault: GitFault?
        do throws(GitFault) { repairs = try await mend(checkout) } catch { fault = error }
        let decision = await checkout.decide(limits, wasFetched: wasFetched)
        if let upstream = decision.upstream, let commit = decision.fetched, decision.head?.commit != commit {
            await checkout.track(upstream, at: commit)
        }
        var look = ConfigurationLook(head: decision.head, update: decision.update, fetched: decision.fetched)
        do throws(GitFault) {
            if let fault { throw fault }
            if case .move(let move) = decision.step, let upstream = decision.upstream {
                repairs += try checkout.removeForgottenLocks(of: try await checkout.branch(), now: now())
                try await checkout.move(move, of: upstream)
                look.head = decision.place.head(at: move.to)
            }
        } catch {
            look.update = .failed("\(error)")
        }
        look.repairs = repairs
        return look
    }

    /// Finds what `refresh` would end at; fetches objects, and neither moves a reference nor writes a file.
    func peek(wasFetched: @Sendable (ObjectID) -> Bool) async -> ConfigurationPreview {
        let onDisk = DesiredFiles(checkout: folder)
        let checkout: ConfigurationCheckout
        do throws(GitFault) {
            guard let found = try await find() else {
                return ConfigurationPreview(look: ConfigurationLook(head: nil, update: notInGit), files: onDisk)
            }
            checkout = found
        } catch {
            return ConfigurationPreview(look: ConfigurationLook(head: nil, update: .failed("\(error)")), files: onDisk)
        }
        let decision = await checkout.decide(limits, wasFetched: wasFetched)
        var look = ConfigurationLook(head: decision.head, update: decision.update, fetched: decision.fetched)
        guard case .move(let move) = decision.step else { return ConfigurationPreview(look: look, files: onDisk) }
        do throws(GitFault) {
            let files = try await checkout.files(of: move.to)
            look.head = decision.place.head(at: move.to)
            return ConfigurationPreview(look: look, files: files)
        } catch {
            look = ConfigurationLook(head: decision.head, update: .failed("\(error)"), fetched: decision.fetched)
            return ConfigurationPreview(look: look, files: onDisk)
        }
    }

    /// What tells this configuration from others in the labels of images: 16 hexadecimal digits.
    ///
    /// It is made from the upstream's address, in whatever spelling; else from the first commit; else from the folder's
    /// path.
    func identity() async -> String {
        guard let checkout = try? await find() else { return hashed(folder) }
        let remotes = try? await checkout.remotes()
        let branch = (try? await checkout.branch()) ?? nil
        if let url = branch.flatMap({ remotes?.upstream(of: $0)?.url }) ?? remotes?.usualURL {
            let name = (try? ConfigurationAddress(url, top: checkout.top))?.identity ?? url
            return hashed(name + checkout.suffix)
        }
        let roots = try? await checkout.read(["rev-list", "--max-parents=0", "HEAD"])
        if let root = roots?.split(separator: UInt8(ascii: "\n")).last {
            return hashed(String(decoding: root, as: UTF8.self) + checkout.suffix)
        }
        return hashed(folder)
    }

    private func hashed(_ name: String) -> String { String(sha256Hex(name.utf8).prefix(16)) }

    /// A file that the commit in the checkout has in one of the program's own folders; nil if there is none.
    ///
    /// Whoever could put files there could have the program run what they want.
    func plantedFile() async throws(GitFault) -> String? {
        guard let checkout = try await find() else { return nil }
        return try await checkout.trackedFiles().first(where: checkout.isOwn)
    }

    private func find() async throws(GitFault) -> ConfigurationCheckout? {
        let found = try await finding.checkout { [git, folder] () async throws(GitFault) in
            try await ConfigurationCheckout.find(git, folder: folder)
        }
        guard var checkout = found else { return nil }
        checkout.ownFolders = ownFolders
        return checkout
    }

    private var notInGit: ConfigurationUpdate {
        .asItIs("\(visible(folder)) is no git checkout, so it is used as it is and nothing is fetched")
    }

    /// Finishes what a killed update left.
    private func mend(_ checkout: ConfigurationCheckout) async throws(GitFault) -> [String] {
        guard modified(checkout.notePath) != nil else { return [] }
        let locks = try checkout.removeForgottenLocks(of: try await checkout.branch(), now: now())
        let repair = try await checkout.finishInterrupted()
        return locks + (repair.map { [$0] } ?? [])
    }
}

extension ConfigurationCheckout {
    /// Tells configurations in one repository apart.
    fileprivate var suffix: String { prefix.isEmpty ? "" : " " + prefix }
}
