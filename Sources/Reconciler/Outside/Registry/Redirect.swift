/// Whether an answer from `base` may send a request on to `target`.
///
/// Never from TLS to plain text, and to this machine only from this machine: a registry elsewhere must not make us
/// talk to what listens on loopback.
func mayFollow(from base: HTTPURL, to target: HTTPURL) -> Bool {
    if target.isLoopback { return base.isLoopback }
    return target.isSecure
}

extension HTTPResponse {
    /// Where a redirect leads from `base`; nil if the answer is none.
    func redirect(from base: HTTPURL) throws(Malformed) -> HTTPURL? {
        guard [301, 302, 303, 307, 308].contains(status), let location = headers["Location"] else { return nil }
        let target = try base.resolving(location)
        guard mayFollow(from: base, to: target) else {
            throw Malformed(
                "the redirect to \(target.redacted) is not followed: it leaves TLS, or leads to this machine"
            )
        }
        return target
    }
}
