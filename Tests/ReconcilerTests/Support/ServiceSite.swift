import Testing

@testable import Reconciler

/// What an organisation has: a git host with the config repo and the sources, registries, and a clone that the service
/// keeps.
final class ServiceSite: Sendable {
    let scenario: Scenario
    let host: GitHTTPServer
    /// Where the nudge endpoint listens.
    let port: UInt16
    /// The clone of the config repo on the server.
    let checkout: String

    init() async throws {
        scenario = try await Scenario()
        let remotes = scenario.top.path + "/remotes"
        try createFolder(remotes)
        host = try await GitHTTPServer(
            projects: remotes,
            script: "echo \"$REQUEST_URI $PATH_INFO\" >>'\(scenario.top.path)/requests'"
        )
        port = try Loopback.freePort()
        checkout = scenario.top.path + "/checkout"
        try await publish(scenario.config, as: "config")
        try await shell("git clone -q \(url("config")) \(checkout)", in: nil, ["HOME": scenario.top.path])
    }

    /// The requests that the git host was sent.
    var requests: [String] {
        let text = (try? readFile(scenario.top.path + "/requests", atMost: 16 << 20)) ?? []
        return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// How often a repository was looked at; a look that finds something new asks twice.
    func looks(at name: String) -> Int { requests.count { $0.contains("/\(name).git/info/refs") } }

    /// The address of a repository on the git host.
    func url(_ name: String) -> String { host.url("\(name).git") }

    /// A repository on the git host; `push` of it updates the host.
    func source(_ name: String, _ files: [String: String]) async throws -> SourceRepository {
        let source = try await scenario.source(name)
        try await source.commit(files)
        try await publish(source, as: name)
        return source
    }

    /// A repository on the git host whose image is built with a `RUN` line of busybox.
    func source(_ name: String, running files: [String: String]) async throws -> SourceRepository {
        let source = try await scenario.source(name)
        try await source.run("cp /usr/bin/busybox .")
        try await source.commit(files)
        try await publish(source, as: name)
        return source
    }

    /// Changes files of a repository and pushes them.
    @discardableResult
    func push(_ repository: SourceRepository, _ files: [String: String]) async throws -> ObjectID {
        let commit = try await repository.commit(files)
        try await repository.run("git push -q host HEAD:main")
        return commit
    }

    /// Pushes an edit of `desired/`, where `HOST` stands for the git host and `UPSTREAM` for the upstream registry.
    func desire(build: String? = nil, mirror: String? = nil, webhooks: String? = nil) async throws {
        var files: [String: String] = [:]
        for (name, text) in [("build", build), ("mirror", mirror), ("webhooks", webhooks)] {
            guard let text else { continue }
            let filled = text.replacing("HOST/", with: host.url(""))
            files["desired/\(name).json"] = filled.replacing("UPSTREAM", with: "\(scenario.upstream.host)")
        }
        try await push(scenario.config, files)
    }

    /// The service's command line.
    func command(_ words: [String] = [], _ options: [String: String] = [:]) throws -> Command {
        let own = ["--config": checkout, "--listen": "127.0.0.1:\(port)", "--interval": "1h"]
        return try scenario.command(words, own.merging(options) { $1 })
    }

    func start(_ options: [String: String] = [:]) throws -> RunningService {
        try RunningService(try command([], options), log: scenario.top.path + "/service.log")
    }

    /// Runs another `reconcile` beside the service.
    func reconcile(_ words: [String]) async throws -> Scenario.Run {
        try await scenario.reconcile(words, ["--config": checkout])
    }

    /// Sends a nudge and returns the answer's status.
    @discardableResult
    func nudge(_ body: String = "") throws -> Int {
        let client = try NudgeClient(port: port)
        try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
        return try client.answer().status
    }

    /// What a git host sends when a repository of it was pushed to.
    func pushEvent(_ name: String) -> String {
        #"{"ref":"refs/heads/main","repository":{"clone_url":"\#(url(name))"}}"#
    }

    private func publish(_ repository: SourceRepository, as name: String) async throws {
        let bare = "\(scenario.top.path)/remotes/\(name).git"
        try await shell("git init -q --bare -b main \(bare)", in: nil, ["HOME": scenario.top.path])
        try await repository.run("git remote add host \(bare); git push -q host HEAD:main")
    }
}

/// The sentence of a Dockerfile that needs no base.
let scratchImage = "FROM scratch\nCOPY . /\n"
