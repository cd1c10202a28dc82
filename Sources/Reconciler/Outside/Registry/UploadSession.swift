/// An upload that a registry has opened and waits for the bytes of.
struct UploadSession: Sendable {
    /// The call that opened it.
    let opening: RegistryCall
    /// Where the bytes go; may be on another host, which then gets no credentials.
    let url: HTTPURL

    /// The call that sends all bytes at once and ends the upload (OCI distribution specification, "Pushing blobs").
    func finishing(_ digest: Digest, size: Int64) -> RegistryCall {
        let target = url.adding(query: [("digest", digest.description)])
        var call = RegistryCall(.put, target, after: opening)
        call.headers = [HTTPRequest.Header(name: "Content-Type", value: "application/octet-stream")]
        call.deadline = blobDeadline(size)
        return call
    }
}

/// What came of asking for a blob of another repository.
enum MountOutcome: Sendable {
    case mounted
    /// The registry wants the bytes, and has opened an upload for them.
    case needsUpload(UploadSession)
}

/// How long the transfer of a blob may take at all: ten minutes, and a second for each 100 kB.
func blobDeadline(_ size: Int64) -> Duration { .seconds(600 + size / 100_000) }

extension RegistryClient {
    func beginUpload(into repository: ImageRepository) async throws(RegistryError) -> UploadSession {
        let call = RegistryCall(.post, repository, "blobs/uploads/", scopes: [.push(repository.name)])
        return try session(in: try await answer(to: call), to: call)
    }

    /// Asks the registry to take a blob over from another of its repositories, without sending it.
    func mount(
        _ digest: Digest,
        from source: RepositoryName,
        into repository: ImageRepository
    ) async throws(RegistryError) -> MountOutcome {
        let path = "blobs/uploads/?mount=\(digest)&from=\(source)"
        let call = RegistryCall(.post, repository, path, scopes: [.push(repository.name), .pull(source)])
        let response = try await answer(to: call)
        if response.status == 201 { return .mounted }
        return .needsUpload(try session(in: response, to: call))
    }

    private func session(in response: HTTPResponse, to call: RegistryCall) throws(RegistryError) -> UploadSession {
        guard response.status == 202, let location = response.headers["Location"] else {
            throw RegistryError(.refused, call, status: response.status, "no upload was opened")
        }
        let url: HTTPURL
        do { url = try call.url.resolving(location) } catch {
            throw RegistryError(.refused, call, status: response.status, error.message)
        }
        guard call.isAtHome(url) || mayFollow(from: call.url, to: url) else {
            let hint = "if a proxy stands before the registry, let it send X-Forwarded-Proto"
            let seen = "the upload is to go to \(url.redacted), which leaves TLS or leads to this machine"
            throw RegistryError(.refused, call, status: response.status, seen, hint: hint)
        }
        return UploadSession(opening: call, url: url)
    }
}
