import Glibc

@testable import Reconciler

/// Debian's cron with a spool of its own, in a mount namespace of its own; ends with its last owner.
final class PrivateCron: Sendable {
    private let process: RunningService

    /// Starts it with this crontab for the account that runs the tests, which must be root for a namespace.
    init(_ crontab: String, in top: TemporaryFolder) throws {
        try top.write(crontab, to: "crontab")
        // /run is its own too: what says there that the machine has booted would keep @reboot lines from running.
        let script = """
            mount --make-rprivate /
            mount -t tmpfs none /var/spool/cron
            mount -t tmpfs none /run
            mkdir -m 1730 /var/spool/cron/crontabs
            install -m 600 "$1" /var/spool/cron/crontabs/root
            exec cron -f
            """
        let command = Command(
            "unshare",
            ["--mount", "/bin/sh", "-euc", script, "sh", top.path + "/crontab"],
            environment: inheritedEnvironment(),
            folder: top.path
        )
        process = try RunningService(command, log: top.path + "/cron.log")
    }
}
