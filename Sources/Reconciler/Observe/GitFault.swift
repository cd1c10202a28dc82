/// Why git could not do what it was asked, in one line with what to do about it.
struct GitFault: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }

    /// Reads what a failed command said; what came from the other side is escaped, and cut.
    init(_ action: String, _ finished: Finished, redaction: Redaction = Redaction()) {
        guard case .exited = finished.termination else {
            self.init("\(action): \(redaction("\(finished.termination)"))")
            return
        }
        let lines = finished.errors.lines.map { $0.trimmingSpaces }
        let (said, cure) = GitComplaint.telling(lines)
        let line = visible(String(redaction(said).prefix(300)))
        self.init("\(action): \(line.isEmpty ? "\(finished.termination)" : line)" + (cure.map { "; \($0)" } ?? ""))
    }
}

/// A phrase of git's, ssh's or a server's, and what a person can do when it is seen.
struct GitComplaint {
    let phrase: String
    let cure: String?

    /// In the order of what says most; phrases of the programs named in git-fetch(1), ssh(1) and the large hosts.
    private static let known: [GitComplaint] = [
        GitComplaint(
            "REMOTE HOST IDENTIFICATION HAS CHANGED",
            "compare the host's new key, then run ssh-keygen -R HOST and connect once by hand as this account"
        ),
        GitComplaint(
            "Host key verification failed",
            "as this account, connect once by hand and compare the key, or add it: ssh-keyscan HOST >> ~/.ssh/known_hosts"
        ),
        GitComplaint("Permission denied (", "give the host this account's public key, for example as a deploy key"),
        GitComplaint("Could not resolve host", "mend the name, or this machine's DNS"),
        GitComplaint("Failed to connect", reach),
        GitComplaint("Connection refused", reach),
        GitComplaint("Connection timed out", reach),
        GitComplaint("No route to host", reach),
        GitComplaint("Network is unreachable", "see to this machine's network"),
        GitComplaint("dubious ownership", "as this account run: git config --global --add safe.directory PATH"),
        GitComplaint("could not read Username", "it asks for credentials; set up a credential helper for this account"),
        GitComplaint("could not read Password", "it asks for credentials; set up a credential helper for this account"),
        GitComplaint("Authentication failed", "its credentials were refused; renew them"),
        GitComplaint("returned error: 401", "it asks for credentials; set up a credential helper for this account"),
        GitComplaint("returned error: 403", "this account may not read it; give it access"),
        GitComplaint("returned error: 5", "the git host failed; it is tried again, and its log says why"),
        GitComplaint("returned error: 30", "redirects are not followed; write the address it leads to"),
        GitComplaint(
            "unable to update url base from redirection",
            "redirects are not followed; write the final address"
        ),
        GitComplaint("epository not found", "check the address, and that this account may read it"),
        GitComplaint("does not appear to be a git repository", "check the address"),
        GitComplaint("not found", nil),
        GitComplaint("No space left on device", "free some space"),
        GitComplaint("SSL certificate problem", trust),
        GitComplaint("server certificate verification failed", trust),
        GitComplaint("not allowed", nil),
        GitComplaint("fsck error", "git takes the repository for damaged or hostile; see git fsck there"),
    ]

    private static let trust = "the git host must show a certificate for its name that this machine trusts"
    private static let reach = "see that the git host runs, and that no firewall is in between"

    private init(_ phrase: String, _ cure: String?) {
        self.phrase = phrase
        self.cure = cure
    }

    /// The line that says most, and its cure: one with a known phrase, else git's first complaint, else the first.
    static func telling(_ lines: [String]) -> (line: String, cure: String?) {
        for complaint in known {
            if let line = lines.first(where: { $0.contains(complaint.phrase) }) { return (line, complaint.cure) }
        }
        let complaint = lines.first { $0.hasPrefix("fatal:") } ?? lines.first { $0.hasPrefix("error:") }
        return (complaint ?? lines.first ?? "", nil)
    }
}
