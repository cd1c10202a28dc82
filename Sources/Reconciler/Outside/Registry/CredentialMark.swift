/// Recognises a credential that was turned down, in this run and the next, without telling anything of it.
///
/// It is too short to try passwords against. Whatever rewrites `config.json`, as `docker login` does, makes another
/// mark of the same password: an account that was unlocked needs no new one.
struct CredentialMark: Hashable, Sendable, CustomStringConvertible {
    let description: String

    /// `hash` is that of the credential, `stamp` tells the states of its file apart.
    init(_ hash: Digest, of registry: RegistryHost, stamp: String) {
        description = String(Digest.of("\(registry) \(hash) \(stamp)".utf8).hex.prefix(8))
    }

    /// Reads back a description; nil for anything else.
    init?(_ text: String) {
        guard text.utf8.count == 8, text.allSatisfy({ $0.isHexDigit && !$0.isUppercase }) else { return nil }
        description = text
    }
}
