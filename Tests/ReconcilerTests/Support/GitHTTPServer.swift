import Glibc
import Testing

@testable import Reconciler

/// A small web server with one CGI script, by default git's own server program (git-http-backend(1)).
final class GitHTTPServer: Sendable {
    let port: UInt16
    private let folder: TemporaryFolder
    private let task: Task<Finished, Never>

    /// Serves the repositories below `projects` at `/cgi-bin/git/`; with `login` (`user:password`) to that user only.
    ///
    /// `script` runs before the answer is made and sees the request's CGI variables.
    init(
        projects: String,
        login: String? = nil,
        script: String = "",
        answer: String = "exec git http-backend"
    ) async throws {
        folder = try TemporaryFolder()
        port = try Loopback.freePort()
        let cgi = folder.path + "/web/cgi-bin/git"
        try createFolder(folder.path + "/web/cgi-bin", mode: 0o755)
        let variables = "export GIT_PROJECT_ROOT='\(projects)' GIT_HTTP_EXPORT_ALL=1 HOME='\(folder.path)'"
        try writeFile(cgi, Array("#!/bin/sh\n\(variables)\n\(script)\n\(answer)\n".utf8), mode: 0o755)
        try writeFile(folder.path + "/conf", Array((login.map { "/cgi-bin:\($0)\n" } ?? "").utf8))
        try writeFile(folder.path + "/.gitconfig", Array("[safe]\n\tdirectory = *\n".utf8))
        let command = Command(
            "busybox",
            ["httpd", "-f", "-p", "127.0.0.1:\(port)", "-h", folder.path + "/web", "-c", folder.path + "/conf"]
        )
        task = Task { await Children.run(command) }
        let port = port
        try await eventually("the web server listens") { Loopback.answers(port) }
    }

    /// Waits until it has ended: the last test's would else outlive the test process.
    deinit {
        task.cancel()
        for _ in 0..<500 where Loopback.answers(port) { usleep(10_000) }
    }

    /// Ends the server, and returns when it has.
    func stop() async {
        task.cancel()
        _ = await task.value
    }

    /// The URL of a repository, with `user` written into it.
    func url(_ path: String, user: String? = nil) -> String {
        "http://\(user.map { $0 + "@" } ?? "")127.0.0.1:\(port)/cgi-bin/git/\(path)"
    }
}
