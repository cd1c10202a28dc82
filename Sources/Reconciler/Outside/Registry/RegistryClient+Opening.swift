/// Opening the body of a blob, wherever the registry keeps it.
extension RegistryClient {
    /// Sends a request by hand of the transport.
    typealias Opener = @Sendable (HTTPRequest) async throws(HTTPError) -> HTTPDownload

    /// Opens the body of a blob of `length` bytes.
    func open(_ call: RegistryCall, length: Int64) async throws(RegistryError) -> HTTPDownload {
        try await open(call) { request async throws(HTTPError) in
            try await self.http.open(request, length: length, canBeMended: true)
        }
    }

    /// Goes on with a body that broke off after `offset` bytes; the registry may send us to another place this time.
    func reopen(
        _ call: RegistryCall,
        from offset: Int64,
        of broken: HTTPDownload
    ) async throws(RegistryError) -> HTTPDownload {
        var rest = call
        rest.headers.append(HTTPRequest.Header(name: "Range", value: "bytes=\(offset)-"))
        return try await open(rest) { request async throws(HTTPError) in
            try await self.http.reopen(request, from: offset, of: broken)
        }
    }

    private func open(_ call: RegistryCall, _ opener: Opener) async throws(RegistryError) -> HTTPDownload {
        try await heeding(call) { () async throws(RegistryError) in try await self.begin(call, opener) }
    }

    private func begin(_ call: RegistryCall, _ opener: Opener) async throws(RegistryError) -> HTTPDownload {
        let authorization = try await authorizer.authorization(for: call)
        var download = try await openTrying(call, authorization, opener)
        if download.response.status == 401, call.isAtHome(download.url) {
            let renewed = try await authorizer.authorization(for: call, after: download.response, to: authorization)
            download = try await openTrying(call, renewed, opener)
            let isDenied = download.response.status == 401 && call.isAtHome(download.url)
            if isDenied { throw authorizer.denial(of: call, using: renewed) }
        }
        _ = try checked(download.response, call, at: download.url)
        return download
    }

    private func openTrying(
        _ call: RegistryCall,
        _ authorization: String?,
        _ opener: Opener
    ) async throws(RegistryError) -> HTTPDownload {
        let isDenied = { (answer: HTTPDownload) in answer.response.status == 401 && call.isAtHome(answer.url) }
        return try await authorizer.sending(authorization, with: call, isDenied: isDenied) {
            () async throws(RegistryError) in try await openFollowing(call, authorization, opener)
        }
    }

    private func openFollowing(
        _ call: RegistryCall,
        _ authorization: String?,
        _ opener: Opener
    ) async throws(RegistryError) -> HTTPDownload {
        var url = call.url
        for _ in 0...Self.redirectLimit {
            let download: HTTPDownload
            do throws(HTTPError) {
                download = try await opener(call.request(at: url, authorization: authorization))
            } catch {
                throw RegistryError(error, call, at: url)
            }
            note(download.response, call)
            guard let next = try redirect(download.response, from: url, call) else { return download }
            url = next
        }
        throw RegistryError(.refused, call, "more than \(Self.redirectLimit) redirects")
    }
}
