/// What a look at one commit found, kept beside our copy: a pass in which nothing moved then asks git nothing.
///
/// A commit never changes, so neither does this; a file that cannot be read back is as good as none.
struct StoredLook {
    let commit: GitCommit
    var contexts: [ContextQuery: ContextLook]
    var dockerfiles: [ObjectID: [UInt8]]

    /// Looks of older commits are dropped once there are more than these.
    private static let most = 50

    /// Reads back the look at `id`; nil if there was none.
    static func read(_ id: ObjectID, in repository: GitRepository) -> StoredLook? {
        guard let bytes = try? readFile(path(id, in: repository), atMost: 16 << 20),
            let json = try? JSONReader.read(bytes)
        else { return nil }
        return StoredLook(json, id)
    }

    /// Keeps the look, if the copy is ours to write in; that it cannot be is no harm.
    func save(in repository: GitRepository) {
        guard repository.isCopy else { return }
        let folder = repository.folder + "/reconcile-looks"
        let names = (try? listFolder(folder)) ?? []
        if names.count > Self.most { try? removeTree(folder) }
        try? createFolder(folder)
        try? writeFile(Self.path(commit.id, in: repository), Array(json.compact.utf8))
    }

    private static func path(_ id: ObjectID, in repository: GitRepository) -> String {
        "\(repository.folder)/reconcile-looks/\(id)"
    }
}

extension StoredLook {
    private var json: JSON {
        let contexts = contexts.map { query, look in
            var members: [(String, JSON?)] = [
                ("context", .string(query.context)), ("file", .string(query.dockerfile)),
            ]
            switch look {
            case .missing(let why): members.append(("missing", .string(why)))
            case .found(let found): members += [("tree", .string(found.tree)), ("blob", .string(found.dockerfile))]
            }
            return JSON(members: members)
        }
        let files = dockerfiles.compactMap { id, bytes in
            String(validating: bytes, as: UTF8.self).map { ("\(id)", JSON?.some(.string($0))) }
        }
        return JSON(members: [
            ("tree", .string(commit.tree)), ("time", .number(Int(commit.time))), ("subject", .string(commit.subject)),
            ("contexts", .list(contexts)), ("dockerfiles", JSON(members: files)),
        ])
    }

    private init?(_ json: JSON, _ id: ObjectID) {
        guard let tree = json["tree"]?.string.flatMap({ try? ObjectID($0) }), let time = json["time"]?.int,
            let subject = json["subject"]?.string
        else { return nil }
        commit = GitCommit(id: id, tree: tree, time: Int64(time), subject: subject)
        (contexts, dockerfiles) = ([:], [:])
        for member in json["dockerfiles"]?.members ?? [] {
            guard let id = try? ObjectID(member.key), let text = member.value.string else { return nil }
            dockerfiles[id] = Array(text.utf8)
        }
        for item in json["contexts"]?.array ?? [] {
            guard let context = item["context"]?.string.flatMap({ try? RepositoryPath($0) }),
                let file = item["file"]?.string.flatMap({ try? RepositoryPath($0) })
            else { return nil }
            let query = ContextQuery(context: context, dockerfile: file)
            if let why = item["missing"]?.string {
                contexts[query] = .missing(why)
            } else if let tree = item["tree"]?.string.flatMap({ try? ObjectID($0) }),
                let blob = item["blob"]?.string.flatMap({ try? ObjectID($0) }), dockerfiles[blob] != nil
            {
                contexts[query] = .found(BuildContext(tree: tree, dockerfile: blob))
            }
        }
    }
}
