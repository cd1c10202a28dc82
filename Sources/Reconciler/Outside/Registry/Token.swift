/// What a token server hands out (distribution token authentication specification).
struct Token: Sendable {
    let text: String
    /// Until when it is used, on the clock of whoever keeps it.
    let goodUntil: Duration
    /// Whether it was fetched without credentials.
    let isAnonymous: Bool

    /// Reads a token server's answer.
    ///
    /// A missing or short lifetime counts as the 60 s that the specification promises at least, a long one as a day;
    /// the last seconds are not used.
    init(_ body: [UInt8], isAnonymous: Bool, now: Duration) throws(Malformed) {
        let json: JSON
        do { json = try JSONReader.read(body) } catch { throw Malformed("the token server's answer is no valid JSON") }
        guard let text = json["token"]?.string ?? json["access_token"]?.string, !text.isEmpty,
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { throw Malformed("the token server's answer holds no token") }
        self.text = text
        self.isAnonymous = isAnonymous
        let lifetime = min(max(json["expires_in"]?.int ?? 60, 60), 86_400)
        goodUntil = now + .seconds(lifetime - 10)
    }
}
