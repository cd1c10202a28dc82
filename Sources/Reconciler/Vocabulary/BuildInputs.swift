/// Everything that decides what a build results in; two equal values need no second build.
///
/// The commit is not among them: one that touches neither context nor Dockerfile changes nothing here.
struct BuildInputs: Sendable, Hashable {
    /// The git tree of the context folder.
    let tree: ObjectID
    /// The git blob of the Dockerfile.
    let dockerfile: ObjectID
    /// What the entry says about the result, key and canonical value: `["target": "runtime"]`.
    let options: [String: String]
    /// The manifest under each name of a `FROM` line that is followed, as far as it could be seen: `alpine:3.20`.
    var bases: [String: Digest] = [:]

    /// Sixty-four hexadecimal digits that stand for all of it, for the image's label.
    var fingerprint: String { sha256Hex(json.compact.utf8) }

    var json: JSON {
        let options = options.sorted { $0.key < $1.key }.map { ($0.key, JSON?.some(.string($0.value))) }
        let bases = bases.sorted { $0.key < $1.key }.map { ($0.key, JSON?.some(.string($0.value))) }
        return JSON(members: [
            ("tree", .string(tree)), ("dockerfile", .string(dockerfile)), ("options", JSON(members: options)),
            // Left out where there is none, so that a line without them reads the same.
            ("bases", bases.isEmpty ? nil : JSON(members: bases)),
        ])
    }

    init(tree: ObjectID, dockerfile: ObjectID, options: [String: String], bases: [String: Digest] = [:]) {
        self.tree = tree
        self.dockerfile = dockerfile
        self.options = options
        self.bases = bases
    }

    /// Reads back what `json` writes; nil for anything else.
    init?(_ json: JSON) {
        guard let tree = json["tree"]?.string.flatMap({ try? ObjectID($0) }),
            let dockerfile = json["dockerfile"]?.string.flatMap({ try? ObjectID($0) }),
            let options = json["options"]?.members
        else { return nil }
        self.init(
            tree: tree,
            dockerfile: dockerfile,
            options: Dictionary(options.map { ($0.key, $0.value.string ?? "") }) { $1 },
            bases: Dictionary(
                (json["bases"]?.members ?? []).compactMap { member in
                    member.value.string.flatMap { try? Digest($0) }.map { (member.key, $0) }
                }
            ) { $1 }
        )
    }
}
