extension RegistryClient {
    private static let smallBlobLimit = 4 << 20

    /// Whether the repository holds the blob.
    func hasBlob(_ digest: Digest, in repository: ImageRepository) async throws(RegistryError) -> Bool {
        let call = RegistryCall(.head, repository, "blobs/\(digest)", scopes: [.pull(repository.name)])
        do throws(RegistryError) {
            _ = try await answer(to: call)
            return true
        } catch {
            guard error.kind == .notFound else { throw error }
            return false
        }
    }

    /// Whether the repository has the blob's first byte to give.
    ///
    /// A registry may say yes to `HEAD` and to a mount from its cache, long after the bytes are gone.
    func serves(_ blob: BlobDescriptor, in repository: ImageRepository) async throws(RegistryError) -> Bool {
        guard blob.size > 0 else { return true }
        var call = RegistryCall(.get, repository, "blobs/\(blob.digest)", scopes: [.pull(repository.name)])
        call.headers = [HTTPRequest.Header(name: "Range", value: "bytes=0-0")]
        call.reception = .firstByte
        do throws(RegistryError) {
            // A connection that breaks at the wrong moment looks the same once.
            for _ in 1...2 where try await !answer(to: call).body.isEmpty { return true }
            return false
        } catch {
            // 416: the bytes that are there do not even begin.
            guard error.kind == .notFound || error.status == 416 else { throw error }
            return false
        }
    }

    /// Loads a blob of at most 4 MiB, such as a config, and checks its digest and size.
    func smallBlob(_ blob: BlobDescriptor, in repository: ImageRepository) async throws(RegistryError) -> [UInt8] {
        var call = RegistryCall(.get, repository, "blobs/\(blob.digest)", scopes: [.pull(repository.name)])
        guard blob.size <= Self.smallBlobLimit else {
            throw RegistryError(.refused, call, "\(ByteCount(bytes: blob.size)) are too many to be loaded at once")
        }
        call.reception = .kept(upTo: Self.smallBlobLimit)
        let bytes = try await answer(to: call).body
        let digest = Digest.of(bytes)
        guard digest == blob.digest, Int64(bytes.count) == blob.size else {
            let seen =
                "the \(bytes.count) bytes hash to \(digest.short), not \(blob.size) bytes to \(blob.digest.short)"
            throw RegistryError(.refused, call, status: 200, seen)
        }
        return bytes
    }

    /// Sends bytes in memory to the repository.
    func upload(_ bytes: [UInt8], as digest: Digest, into repository: ImageRepository) async throws(RegistryError) {
        try await upload(.bytes(bytes), as: digest, size: Int64(bytes.count), into: repository)
    }

    /// Sends a file to the repository, reading it as it goes; `size` is for the deadline only.
    func upload(
        file: String,
        size: Int64,
        as digest: Digest,
        into repository: ImageRepository,
        continuing session: UploadSession? = nil
    ) async throws(RegistryError) {
        try await upload(.file(file), as: digest, size: size, into: repository, continuing: session)
    }

    private func upload(
        _ body: HTTPRequest.Body,
        as digest: Digest,
        size: Int64,
        into repository: ImageRepository,
        continuing session: UploadSession? = nil
    ) async throws(RegistryError) {
        var unused = session
        // A failed upload leaves a session that cannot be used again, so each try begins with its own.
        try await retrying { () async throws(RegistryError) in
            let session = if let unused { unused } else { try await self.beginUpload(into: repository) }
            unused = nil
            var call = session.finishing(digest, size: size)
            call.body = body
            _ = try await self.answerOnce(to: call)
        }
    }
}
