extension WebhookEntry {
    /// What goes over the wire: the URL and the headers with secrets in place of their names.
    struct Filled: Sendable {
        let url: String
        let headers: [String: String]
    }

    /// The names of the secrets file that the entry needs, sorted.
    var secretNames: [String] {
        let texts = [url] + headers.values
        return Set(texts.flatMap { (try? SecretTemplate($0))?.names ?? [] }).sorted()
    }

    /// Puts the secrets in; throws `Malformed` if one is missing or would break out of its place.
    func filled(with secret: (String) -> String?) throws(Malformed) -> Filled {
        var filled: [String: String] = [:]
        for (name, value) in headers { filled[name] = try line(value, with: secret) }
        return Filled(url: try filledURL(with: secret), headers: filled)
    }

    private func filledURL(with secret: (String) -> String?) throws(Malformed) -> String {
        let written = try WebAddress(url)
        let text = try line(url, with: secret)
        guard let address = try? WebAddress(text), address.host == written.host else {
            // Not the error of the address itself, which would show the secrets in it.
            let names = try SecretTemplate(url).names.joined(separator: ", ")
            throw Malformed("\(names) of the secrets file breaks the URL; percent-encode what does not fit into one")
        }
        return text
    }
}

private func line(_ text: String, with secret: (String) -> String?) throws(Malformed) -> String {
    let template = try SecretTemplate(text)
    let filled = try template.filled(with: secret)
    guard !filled.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }) else {
        throw Malformed("\(template.names.joined(separator: ", ")) of the secrets file has control characters")
    }
    return filled
}
