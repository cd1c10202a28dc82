import Glibc
import Synchronization
import Testing

@testable import Reconciler

/// A configuration repository on a "git host", and this machine's checkout of it in the same temporary folder.
final class ConfigurationSite: Sendable {
    let host: GitSource
    /// The checkout.
    let path: String
    /// The commits that the program has remembered as fetched.
    private let fetched = Mutex<Set<ObjectID>>([])

    init(_ files: [String: String] = ["desired/mirror.json": "[]"]) async throws {
        host = try await GitSource()
        path = host.top.path + "/config"
        try await host.commit(files, "first")
        try await run("git clone -q '\(host.path)' '\(path)'", in: host.top.path)
        try await run("git config user.name B; git config user.email b@example.org")
    }

    @discardableResult
    func run(_ script: String, in folder: String? = nil) async throws -> String {
        try await shell(script, in: folder ?? path, ["HOME": host.top.path])
    }

    func repository(now: @escaping @Sendable () -> Moment = Moment.current) throws -> ConfigurationRepository {
        let limits = GitRepository.Limits(time: .seconds(30))
        return try ConfigurationRepository(git: host.git, checkout: path, limits: limits, now: now)
    }

    /// Refreshes and remembers what was fetched, as the loop does.
    func refresh() async throws -> ConfigurationLook {
        let known = fetched.withLock { $0 }
        let look = try await repository().refresh { known.contains($0) }
        if let commit = look.fetched { fetched.withLock { _ = $0.insert(commit) } }
        return look
    }

    func peek() async throws -> ConfigurationPreview {
        let known = fetched.withLock { $0 }
        return try await repository().peek { known.contains($0) }
    }

    /// What git says of the checkout: its references, where it is, and what differs from that.
    func state() async throws -> String {
        try await run("git for-each-ref; git rev-parse HEAD; GIT_OPTIONAL_LOCKS=0 git status --porcelain; ls -A .git")
    }

    func head() async throws -> ObjectID { try ObjectID(try await run("git rev-parse HEAD").prefix(40)) }

    func text(_ name: String) throws -> String {
        String(decoding: try readFile("\(path)/\(name)", atMost: 1 << 20), as: UTF8.self)
    }

    func write(_ text: String, to name: String) throws { try host.top.write(text, to: "config/" + name) }
}

/// The reason in an update that has one, else a text that names the update.
func reason(_ update: ConfigurationUpdate) -> String { update.note ?? "\(update)" }
