extension DeliveryRecord {
    /// The longest that one try may take.
    static let deadline = Duration.seconds(30)

    /// The request that delivers it, secrets filled in; throws `Unsendable` if there can be none.
    func request(_ secrets: Secrets) throws(Unsendable) -> HTTPRequest {
        let entry = WebhookEntry(url: url, images: [], events: [], headers: headers)
        if !entry.secretNames.isEmpty, let address = try? WebAddress(url), !address.isPrivate {
            throw Unsendable(isForNow: false, reason: "secrets would travel in the clear to \(address.host); use https")
        }
        let filled: WebhookEntry.Filled
        let target: WebTarget
        do throws(Malformed) {
            filled = try entry.filled { secrets[$0] }
            target = try WebTarget(filled.url)
        } catch {
            // A name that the secrets file lacks may be added to it within the day.
            let isMissing = entry.secretNames.contains { secrets[$0] == nil }
            throw Unsendable(isForNow: isMissing, reason: error.message)
        }
        var request = HTTPRequest(.put, target.url)
        request.set("Content-Type", "application/json")
        for (name, value) in filled.headers.sorted(by: { $0.key < $1.key }) { request.set(name, value) }
        if let login = target.login, !request.carriesCredentials {
            request.set("Authorization", "Basic " + base64(login))
        }
        request.body = .bytes(Array(body.utf8))
        request.reception = .dropped
        request.deadline = Self.deadline
        request.refusesLinkLocal = true
        return request
    }

    /// The URL for people: secrets by name, no user part, no query.
    var shownURL: String {
        let plain = withoutUserInformation(url)
        let path = plain.prefix { $0 != "?" && $0 != "#" }
        return visible(path + (path.endIndex < plain.endIndex ? "?…" : ""))
    }
}

/// Why a delivery cannot be sent; `isForNow` if that may change within the day.
struct Unsendable: Error, Equatable {
    let isForNow: Bool
    let reason: String
}

/// A URL as the HTTP client takes it, its user part apart.
private struct WebTarget {
    let url: HTTPURL
    /// `user:password`, percent-decoded.
    let login: [UInt8]?

    init(_ text: String) throws(Malformed) {
        let start = text.firstRange(of: "://")?.upperBound ?? text.startIndex
        let authority = text[start...].prefix { !"/?#".contains($0) }
        let user = authority.lastIndex(of: "@").map { authority[..<$0] }
        let bare = text[..<start] + text[start...].dropFirst(user.map { $0.count + 1 } ?? 0)
        do throws(Malformed) {
            url = try HTTPURL(asciiOnly(String(bare)))
        } catch {
            // The error of the URL itself would show the secrets in it.
            throw Malformed("the URL is one that cannot be sent to, or becomes one with its secrets; mend it")
        }
        login = user.map { percentDecoded($0.contains(":") ? String($0) : "\($0):") }
    }
}

/// `text` with every byte beyond ASCII escaped, as browsers send it.
private func asciiOnly(_ text: String) -> String {
    let bytes = text.utf8.flatMap { $0 < 0x80 ? [$0] : Array("%\(hexadecimal([$0]).uppercased())".utf8) }
    return String(decoding: bytes, as: UTF8.self)
}

/// The bytes of `text`, `%41` undone; a `%` before anything else is itself.
private func percentDecoded(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
        let digits = String(decoding: rest.prefix(2), as: UTF8.self)
        if byte == UInt8(ascii: "%"), digits.utf8.count == 2, !digits.hasPrefix("+"), !digits.hasPrefix("-"),
            let value = UInt8(digits, radix: 16)
        {
            bytes.append(value)
            rest = rest.dropFirst(2)
        } else {
            bytes.append(byte)
        }
    }
    return bytes
}
