extension WebhookEntry {
    /// Reads a URL or an object with `url`; nil with faults noted if it does not say enough.
    ///
    /// `event` is what it is told of unless `on` says otherwise.
    init?(_ json: JSON, at place: Place, usually event: Event) {
        if json.string != nil {
            guard let url = place.attempt(at: json.offset, { () throws(Malformed) in try HookURL(json) }) else {
                return nil
            }
            self.init(url: url.text, images: [], events: [event], headers: [:])
            return
        }
        let cure = "a URL, or an object with \"url\""
        guard var fields = Fields(json, at: place, cure: cure) else { return nil }
        let hasURL = fields.member("url") != nil
        let url = fields.value("url") { json throws(Malformed) in try HookURL(json) }
        let images = fields.distinct("images") { json throws(Malformed) in try Glob(imagePattern: json.text()) }
        let events = fields.distinct("on") { json throws(Malformed) in try Event(json) }
        let headers = fields.headers(for: url)
        fields.finish()
        if !hasURL { place.report("\"url\" is missing; name the URL to call", at: json.offset) }
        guard let url else { return nil }
        self.init(
            url: url.text,
            images: images?.map(\.value) ?? [],
            events: events.map { Set($0.map(\.value)) } ?? [event],
            headers: headers
        )
    }

    /// The name of the entry number `number` of `webhooks.json` in faults: its URL, if it has one.
    static func label(of json: JSON, number: Int) -> String {
        (json.string ?? json["url"]?.string).map(withoutUserInformation) ?? "entry \(number)"
    }
}

extension WebhookEntry.Event {
    fileprivate init(_ json: JSON) throws(Malformed) {
        let text = try json.text()
        guard let event = Self(rawValue: text) else {
            let cure = nearest(to: text, among: ["build", "mirror"]).map { "did you mean \(quoted($0))?" }
            throw Malformed("\(quoted(text)) is no event; \(cure ?? "write \"build\" or \"mirror\"")")
        }
        self = event
    }
}

/// The URL of a webhook, secrets still by name.
private struct HookURL {
    let text: String
    let address: WebAddress

    init(_ json: JSON) throws(Malformed) {
        text = try json.text()
        let template = try SecretTemplate(text)
        address = try WebAddress(text)
        try checkPrivate(template, for: address)
    }
}

private func checkPrivate(_ template: SecretTemplate, for address: WebAddress) throws(Malformed) {
    guard let name = template.names.first, !address.isPrivate else { return }
    throw Malformed("${\(name)} would travel in the clear to \(address.host); use https, or http to this machine only")
}

extension Fields {
    /// The URLs of an entry of its own, told of `event` unless they say otherwise.
    mutating func webhooks(usually event: WebhookEntry.Event) -> [WebhookEntry] {
        let place = place.inside("webhooks")
        return (elements("webhooks") ?? []).compactMap { WebhookEntry($0, at: place, usually: event) }
    }

    fileprivate mutating func headers(for url: HookURL?) -> [String: String] {
        let place = place.inside("headers")
        var headers: [String: String] = [:]
        var names: Set<String> = []
        for member in object("headers", cure: "an object: { \"Name\": \"value\" }") ?? [] {
            let name = place.attempt(at: member.offset) { () throws(Malformed) in try headerName(member.key) }
            if let name, !names.insert(name.lowercased()).inserted {
                place.report(
                    "\(quoted(name)) stands twice; upper and lower case are the same in a header",
                    at: member.offset
                )
            }
            headers[member.key] = place.attempt(at: member.value.offset) { () throws(Malformed) in
                try headerValue(member.value, of: member.key, for: url)
            }
        }
        return headers
    }
}

/// A token of RFC 9110 section 5.6.2, none that describes the message itself.
private func headerName(_ text: String) throws(Malformed) -> String {
    let isToken = text.utf8.allSatisfy { byte in
        isTagByte(byte) || "!#$%&'*+^`|~".utf8.contains(byte)
    }
    guard !text.isEmpty, isToken else {
        throw Malformed("\(quoted(text)) is no header's name; use letters, digits and -")
    }
    let own = ["connection", "content-length", "content-type", "expect", "host", "te", "transfer-encoding", "upgrade"]
    guard !own.contains(text.lowercased()) else {
        throw Malformed("\(quoted(text)) is set by reconcile itself; leave it out")
    }
    return text
}

/// A header's value, which faults do not show: it may be a secret put here by mistake.
private func headerValue(_ json: JSON, of name: String, for url: HookURL?) throws(Malformed) -> String {
    guard let text = json.string else {
        throw Malformed("the value of \(quoted(name)) is \(json.kind); write a string")
    }
    guard text.utf8.allSatisfy({ $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7F) }) else {
        throw Malformed("the value of \(quoted(name)) has control characters or line ends; remove them")
    }
    let template: SecretTemplate
    do {
        template = try SecretTemplate(text)
    } catch {
        throw Malformed("the value of \(quoted(name)): \(error.message)")
    }
    if let url { try checkPrivate(template, for: url.address) }
    return text
}
