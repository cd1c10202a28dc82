extension RegistryClient {
    /// Copies a blob from one repository to another, streaming; the target's registry checks the digest.
    ///
    /// `session` is an upload that is already open in the target, as a failed mount leaves it. `progress` is called
    /// often with the bytes so far, from another thread; it starts again at zero after a failed try. A download that
    /// breaks in the middle is gone on with from there, so that a large blob comes over a bad line too.
    func copyBlob(
        _ blob: BlobDescriptor,
        from source: ImageRepository,
        to target: ImageRepository,
        continuing session: UploadSession? = nil,
        progress: (@Sendable (Int64) -> Void)? = nil
    ) async throws(RegistryError) {
        var unused = session
        try await retrying { () async throws(RegistryError) in
            var download = RegistryCall(.get, source, "blobs/\(blob.digest)", scopes: [.pull(source.name)])
            download.deadline = blobDeadline(blob.size)
            let body = try await self.open(download, length: blob.size)
            try body.response.checkLength(blob, download)
            let session = if let unused { unused } else { try await self.beginUpload(into: target) }
            unused = nil
            try await self.finish(session, with: body, blob, asked: download, progress)
        }
    }

    private func finish(
        _ session: UploadSession,
        with body: HTTPDownload,
        _ blob: BlobDescriptor,
        asked download: RegistryCall,
        _ progress: (@Sendable (Int64) -> Void)?
    ) async throws(RegistryError) {
        let call = session.finishing(blob.digest, size: blob.size)
        let authorization = try await authorizer.authorization(for: call)
        let mending = BlobMending(self, download, body)
        let response: HTTPResponse
        do throws(HTTPCopyError) {
            let request = call.request(at: call.url, authorization: authorization)
            response = try await http.send(request, uploading: body, mending: mending.mend, progress: progress)
        } catch {
            switch error {
            case .source(let fault): throw await mending.error(fault)
            case .destination(let fault): throw RegistryError(fault, call, at: call.url)
            }
        }
        // The bytes are gone, so a token that has just expired costs another round rather than another request.
        if response.status == 401, authorization != nil, call.isAtHome(call.url) {
            authorizer.forgetToken(for: call)
            throw RegistryError(.transient(retryAfter: nil), call, status: 401, "the token has expired")
        }
        _ = try checked(response, call, at: call.url)
    }
}

extension HTTPResponse {
    /// Refuses an answer that announces another size than the manifest does.
    fileprivate func checkLength(_ blob: BlobDescriptor, _ call: RegistryCall) throws(RegistryError) {
        guard let announced = headers["Content-Length"], Int64(announced) != blob.size else { return }
        let seen = "\(visible(announced)) bytes are announced, but the manifest says \(blob.size)"
        throw RegistryError(.refused, call, status: status, seen)
    }
}
