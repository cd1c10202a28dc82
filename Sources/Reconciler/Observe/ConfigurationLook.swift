/// What one look at the configuration repository came to.
struct ConfigurationLook: Sendable, Equatable {
    /// What `.` means; nil if the folder is no git checkout or has no commit.
    var head: ConfigurationHead?
    var update: ConfigurationUpdate
    /// Where the upstream branch is, to be remembered: at such a commit a rewritten branch may be followed.
    var fetched: ObjectID?
    /// What had to be mended on the way; each is one line for the log.
    var repairs: [String] = []
}

/// What became of the checkout of the configuration repository.
enum ConfigurationUpdate: Sendable, Equatable {
    /// There is nothing to fetch from; the reason is for people.
    case asItIs(String)
    /// It is where the upstream branch is.
    case current
    /// It was moved; `from` is nil if it had no commit before.
    case moved(from: ObjectID?, to: ObjectID, isRewrite: Bool)
    /// Local work was left alone, so what is upstream is not used; the reason is for people.
    case kept(String)
    /// Nobody could see what is upstream, or move the checkout to it; what is there stays in use.
    case failed(String)

    /// One line for people, best shown when it changes; nil if all is as it should be.
    var note: String? {
        switch self {
        case .current, .moved: nil
        case .asItIs(let why), .kept(let why), .failed(let why): why
        }
    }

    /// Why the look or the move failed; nil if neither did.
    ///
    /// Local work that was left alone is no failure.
    var failure: String? {
        guard case .failed(let why) = self else { return nil }
        return why
    }

    /// Whether something is in the way that a person has to see to, or the network.
    var isTrouble: Bool {
        switch self {
        case .asItIs, .current, .moved: false
        case .kept, .failed: true
        }
    }
}

/// What a pass would find in the configuration repository, for `plan`.
struct ConfigurationPreview: Sendable {
    /// The commit that a pass would end at.
    let look: ConfigurationLook
    /// The three files as that pass would read them.
    let files: DesiredFiles
}
