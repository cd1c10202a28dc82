/// What git hosts send when someone pushes: which repository it was.
///
/// Understood are the events of GitHub (also as a form), GitLab, Gitea and Forgejo, Bitbucket, Azure DevOps, and the bare
/// `{"ref":…,"repository":{"url":…}}` that people send by hand. The content type is not asked: `curl -d` sends JSON as a
/// form. What is not understood means everything, which is never wrong, only more work.
enum PushEvent {
    /// An object about a repository is a few kilobytes; a larger one is not worth reading.
    private static let objectLimit = 64 * 1_024
    /// One event is about one repository, under a few spellings.
    private static let spellingLimit = 16

    /// The nudge that `body` stands for; it may be only the beginning of what was sent.
    static func nudge(in body: [UInt8]) -> Nudge {
        let identities = repositories(in: body)
        return identities.isEmpty || identities.count > spellingLimit ? .everything : .repositories(identities)
    }

    /// `GitURL.identity` of the repository that `body` is about, in every spelling it has there; empty if there is none.
    static func repositories(in body: [UInt8]) -> Set<String> {
        let json = formPayload(of: body) ?? body
        var identities: Set<String> = []
        let members = outerMembers(named: ["repository", "project", "resource"], in: json)
        // Each name stands once in an event; a text that has them a thousand times is not worth the time.
        guard members.count <= 3 else { return [] }
        for (name, text) in members {
            guard text.count <= objectLimit, let object = try? JSONReader.read(text) else { continue }
            let repository = name == "resource" ? object["repository"] : object
            for address in repository.map(addresses) ?? [] where address.utf8.count <= 1_000 {
                if let url = try? GitURL(address) { identities.insert(url.identity) }
            }
        }
        return identities
    }

    private static func addresses(of repository: JSON) -> [String] {
        let keys = [
            "ssh_url", "clone_url", "git_url", "html_url", "url", "git_ssh_url", "git_http_url", "http_url", "web_url",
            "remoteUrl",
        ]
        let links = repository["links"]
        let clones = links?["clone"]?.array ?? []
        let values = keys.map { repository[$0] } + [links?["html"]?["href"]] + clones.map { $0["href"] }
        return values.compactMap { $0?.string }
    }
}

/// The value of `payload` in a form (`application/x-www-form-urlencoded`); nil if `body` is none.
private func formPayload(of body: [UInt8]) -> [UInt8]? {
    guard let first = body.first, first != UInt8(ascii: "{") else { return nil }
    let name = Array("payload=".utf8)
    var fields = body[...]
    while !fields.isEmpty {
        let field = fields.prefix { $0 != UInt8(ascii: "&") }
        if field.starts(with: name) { return percentDecoded(field.dropFirst(name.count)) }
        fields = fields.dropFirst(field.count + 1)
    }
    return nil
}

/// `text` with `+` as space and `%XX` as that byte; what is no such escape stays as it is.
private func percentDecoded(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    var rest = text
    while let byte = rest.popFirst() {
        if byte == UInt8(ascii: "%"), rest.count >= 2, let high = hexadecimalValue(rest[rest.startIndex]),
            let low = hexadecimalValue(rest[rest.startIndex + 1])
        {
            bytes.append(high << 4 | low)
            rest = rest.dropFirst(2)
        } else {
            bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
        }
    }
    return bytes
}
