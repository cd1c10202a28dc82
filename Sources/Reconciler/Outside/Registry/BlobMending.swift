/// Goes on with a blob's download that breaks in the middle, while its upload waits.
actor BlobMending {
    private static let mostBreaks = 10

    private let client: RegistryClient
    private let call: RegistryCall
    private let body: HTTPDownload
    /// What came after the breaks; each ends with its last owner.
    private var rest: [HTTPDownload] = []
    private var offset: Int64 = 0
    private var failure: RegistryError?

    init(_ client: RegistryClient, _ call: RegistryCall, _ body: HTTPDownload) {
        (self.client, self.call, self.body) = (client, call, body)
    }

    /// Asks for what follows the break; nil if it comes, else why there will be no more.
    ///
    /// Who has brought nothing new since the last break is not asked again, and nobody for ever.
    func mend(_ place: BlobPipe.Break) async -> HTTPError? {
        guard place.offset > offset, rest.count < Self.mostBreaks else { return place.why }
        offset = place.offset
        guard await client.slept(.seconds(0.3 * Double.random(in: 0.5...1.5))) else { return .cancelled }
        do throws(RegistryError) {
            let (client, call, body) = (client, call, body)
            let next = try await client.retrying { () async throws(RegistryError) in
                try await client.reopen(call, from: place.offset, of: body)
            }
            rest.append(next)
            return nil
        } catch {
            failure = error
            return place.why
        }
    }

    /// Why the download failed at last, with the place where it did.
    func error(_ fault: HTTPError) -> RegistryError {
        failure ?? RegistryError(fault, call, at: rest.last?.url ?? body.url)
    }
}
