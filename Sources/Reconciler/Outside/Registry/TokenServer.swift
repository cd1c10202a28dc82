/// The server that hands out a registry's tokens, as a `Bearer` challenge names it.
struct TokenServer: Hashable, Sendable {
    let realm: HTTPURL
    let service: String?

    init(_ challenge: Challenge, _ call: RegistryCall) throws(RegistryError) {
        guard let text = challenge.parameters["realm"] else {
            throw RegistryError(.refused, call, status: 401, "it asks for a token but names no token server")
        }
        do throws(Malformed) { realm = try HTTPURL(text) } catch {
            throw RegistryError(.refused, call, status: 401, "it names no usable token server: \(error.message)")
        }
        service = challenge.parameters["service"]
    }

    /// The request for a token: `GET` with a password or without anything (distribution token specification), `POST`
    /// with an identity token (its OAuth2 chapter).
    func request(_ scopes: [String], _ credential: Credential?) -> HTTPRequest {
        var request: HTTPRequest
        var fields = service.map { [(name: "service", value: $0)] } ?? []
        if case .identityToken(let secret) = credential {
            request = HTTPRequest(.post, realm)
            fields += [("grant_type", "refresh_token"), ("client_id", "reconcile"), ("refresh_token", secret)]
            fields.append(("scope", scopes.joined(separator: " ")))
            request.set("Content-Type", "application/x-www-form-urlencoded")
            request.body = .bytes(Array(formEncoded(fields).utf8))
        } else {
            if case .password(let user, _) = credential { fields.append(("account", user)) }
            request = HTTPRequest(.get, realm.adding(query: fields + scopes.map { ("scope", $0) }))
        }
        if case .password(let user, let secret) = credential {
            request.set("Authorization", "Basic " + base64("\(user):\(secret)".utf8))
        }
        request.reception = .kept(upTo: 1 << 20)
        request.deadline = .seconds(30)
        return request
    }
}

private func formEncoded(_ fields: [(name: String, value: String)]) -> String {
    fields.map { percentEncoded($0.name) + "=" + percentEncoded($0.value) }.joined(separator: "&")
}
