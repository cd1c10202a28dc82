import Testing

@testable import Reconciler

/// A Docker engine of a test's own, without bridge and firewall rules.
final class DockerEngine: Sendable {
    /// What a client needs to reach it.
    let environment: [String: String]
    private let task: Task<Finished, Never>
    private let folder: TemporaryFolder

    init() async throws {
        folder = try TemporaryFolder()
        let socket = "unix://\(folder.path)/s"
        let command = Command(
            "dockerd",
            [
                "--data-root", folder.path + "/data", "--exec-root", folder.path + "/exec", "--pidfile",
                folder.path + "/pid", "-H", socket, "--iptables=false", "--bridge=none",
            ]
        )
        task = Task { await Children.run(command, grace: .seconds(15), output: .last(64 << 10)) }
        environment = ["DOCKER_HOST": socket]
        let client = Command("docker", ["version"], environment: inheritedEnvironment().merging(environment) { $1 })
        try await eventually("the engine answers") { await Children.run(client).termination.isSuccess }
    }

    /// Ends the engine and what it mounted; to be called before the last owner lets go.
    func stop() async {
        task.cancel()
        _ = await task.value
        _ = try? await shell(
            "for m in $(awk -v d=\(folder.path)/ 'index($2, d) == 1 {print $2}' /proc/mounts); do umount -l $m; done"
        )
    }
}
