import Glibc

@testable import Reconciler

/// An account without rights, as which a test runs programs: this one if it has none, else one of its own.
///
/// The other account exists for these programs alone: they run in a mount namespace of their own, where `/etc/passwd` and
/// its like are files of the temporary folder (mount_namespaces(7)); the machine's own are never touched.
final class OrdinaryUser: Sendable {
    let uid: uid_t
    /// The group of the same name has the same number.
    private let gid: gid_t
    /// What the account may write in, and what its programs need to be read: everything else of the test's is root's.
    private let folder: TemporaryFolder
    private let hasOwnNamespace: Bool

    static let name = "registry"
    /// Where no account of a distribution lies (Debian policy 9.2.2).
    private static let number: uid_t = 64_321

    /// `subordinates` says whether it has subordinate ids, which a build as an ordinary user needs (subuid(5)).
    init(subordinates: Bool = true) throws {
        hasOwnNamespace = geteuid() == 0
        uid = hasOwnNamespace ? Self.number : geteuid()
        gid = hasOwnNamespace ? Self.number : getegid()
        folder = try TemporaryFolder()
        for name in ["home", "tmp"] {
            try createFolder("\(folder.path)/\(name)")
            if hasOwnNamespace { chown("\(folder.path)/\(name)", uid, gid) }
        }
        guard hasOwnNamespace else { return }
        chmod(folder.path, 0o711)
        let account = "\(Self.name):x:\(uid):\(gid)::\(home):/bin/sh\n"
        let range = try Self.subordinates()
        let files = [
            "passwd": try Self.text("/etc/passwd") + account,
            "group": try Self.text("/etc/group") + "\(Self.name):x:\(gid):\n",
            "subuid": subordinates ? "\(Self.name):\(range)\n" : "",
            "subgid": subordinates ? "\(Self.name):\(range)\n" : "",
        ]
        for (name, text) in files {
            guard try fileKind("/etc/" + name) == .file else {
                throw Loopback.Failure(message: "/etc/\(name) is missing; apt-get install uidmap makes it")
            }
            try folder.write(text, to: name)
        }
    }

    var home: String { folder.path + "/home" }

    /// The command as the account runs it, with what cron gives it for an environment.
    func command(_ words: [String], in place: String? = nil, _ variables: [String: String] = [:]) -> Command {
        let path = currentEnvironment()["PATH"] ?? "/usr/bin:/bin"
        let own = ["HOME": home, "PATH": path, "TMPDIR": folder.path + "/tmp", "LOGNAME": Self.name]
        let environment = own.merging(variables) { $1 }
        guard hasOwnNamespace else {
            return Command(words[0], Array(words.dropFirst()), environment: environment, folder: place ?? home)
        }
        let enter = """
            for name in passwd group subuid subgid; do mount --bind "$0/$name" "/etc/$name"; done
            cd "$1"; shift
            exec setpriv --reuid \(uid) --regid \(gid) --clear-groups "$@"
            """
        let arguments = ["--mount", "--propagation", "private", "/bin/sh", "-euc", enter, folder.path, place ?? home]
        return Command("unshare", arguments + words, environment: environment)
    }

    /// Runs a script; throws if it fails.
    @discardableResult
    func run(_ script: String, in place: String? = nil) async throws -> String {
        try await Children.check(command(["/bin/sh", "-euc", script], in: place), limit: .seconds(120)).text
    }

    /// Makes a folder with all that is in it the account's.
    func own(_ path: String) async throws {
        if hasOwnNamespace { try await shell("chown -R \(uid):\(gid) '\(path)'") }
    }

    /// The program where the account can read it, wherever the build and the Swift runtime lie.
    func program() async throws -> (path: String, libraries: String) {
        let path = folder.path + "/bin"
        try createFolder(path)
        try await shell(
            """
            cp '\(try builtProgram())' .
            ldd reconcile | awk '$3 ~ "^/" && $3 !~ "^/(usr/)?lib/x86_64|^/(usr/)?lib/aarch64" { print $3 }' | xargs -r cp -t .
            chmod 755 . *
            """,
            in: path
        )
        return (path + "/reconcile", path)
    }

    /// A range of ids that this machine, or the container that it is, can map (user_namespaces(7)).
    private static func subordinates() throws -> String {
        let maps = try text("/proc/self/uid_map").split(separator: "\n").compactMap { line -> (Int, Int)? in
            let numbers = line.split(separator: " ").compactMap { Int($0) }
            return numbers.count == 3 ? (numbers[0], numbers[2]) : nil
        }
        let end = maps.map { $0.0 + $0.1 }.max() ?? 0
        if end >= 1_100_000 { return "1000000:65536" }
        guard end > 60_000 else {
            throw Loopback.Failure(message: "this container has \(end) ids; an ordinary user's builds need 60000")
        }
        return "10000:40000"
    }

    private static func text(_ path: String) throws -> String {
        String(decoding: try readFile(path, atMost: 4 << 20), as: UTF8.self)
    }
}
