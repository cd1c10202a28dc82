import Glibc

/// The ids that an account may give to the processes of its builds (subuid(5)), as far as a builder complains of them.
enum SubordinateIDs {
    /// What buildah and podman say when the account has none, and what then goes wrong.
    private static let lacks = ["no subuid ranges found", "found no uid ranges", "insufficient uids or gids"]
    private static let effects = [
        "operation not permitted", "invalid argument", "insufficient uids or gids", "lchown", "newuidmap", "newgidmap",
    ]

    /// What is missing, with the cure; nil if `lines` tell of something else.
    static func complaint(in lines: [String], account: String = accountName(geteuid())) -> String? {
        let lines = lines.map { $0.lowercased() }
        func says(_ texts: [String]) -> Bool { lines.contains { line in texts.contains { line.contains($0) } } }
        if lines.contains(where: { ($0.contains("newuidmap") || $0.contains("newgidmap")) && $0.contains("not found") })
        {
            return "an ordinary user's build needs newuidmap; as root: apt-get install uidmap"
        }
        guard says(lacks), says(effects) else { return nil }
        return "the account \(account) has no subordinate ids, which an ordinary user's build needs; as root: "
            + "usermod --add-subuids 100000-165535 --add-subgids 100000-165535 \(account)"
    }
}
