/// What points to one manifest of a repository: signatures, SBOMs, attestations.
struct Referrers: Sendable {
    /// How the repository tells of manifests whose `subject` it is.
    enum List: Sendable {
        /// The entries that the referrers API gives.
        case listed([JSON])
        /// The digest of the index under the fallback tag; nil if there is none.
        case tagged(Digest?)
    }

    let subject: Digest
    let list: List
    /// cosign's tags and what stands under them, in a fixed order.
    let signatures: [(tag: Tag, digest: Digest)]

    /// The tag that stands in for the referrers API where that is missing (OCI distribution specification, "Referrers
    /// Tag Schema").
    static func fallbackTag(of subject: Digest) throws(Malformed) -> Tag { try Tag("sha256-\(subject.hex)") }

    /// Where cosign puts what belongs to a manifest (sigstore/cosign, SIGNATURE_SPEC.md).
    static func cosignTags(of subject: Digest) throws(Malformed) -> [Tag] {
        var tags: [Tag] = []
        for suffix in ["sig", "att", "sbom"] { tags.append(try Tag("sha256-\(subject.hex).\(suffix)")) }
        return tags
    }

    fileprivate var words: [String] {
        let entries: [String] =
            switch list {
            case .listed(let entries): entries.compactMap { $0["digest"]?.string }.sorted()
            case .tagged(let digest): digest.map { ["tag \($0)"] } ?? []
            }
        return entries.map { "\(subject) \($0)" } + signatures.map { "\($0.tag) \($0.digest)" }
    }
}

extension [Referrers] {
    /// A digest that changes when anything does that points to one of the manifests.
    var fingerprint: Digest { .of(flatMap(\.words).joined(separator: "\n").utf8) }
}

extension RegistryClient {
    private static let pageLimit = 100

    /// What points to each of the manifests, found by looks that cost no pull.
    func referrers(of subjects: [Digest], in repository: ImageRepository) async throws(RegistryError) -> [Referrers] {
        var found: [Referrers] = []
        for subject in subjects {
            let place = ImageReference(registry: repository.registry, repository: repository.name, digest: subject)
            let (fallback, tags) = try refusing(at: place) { () throws(Malformed) in
                (try Referrers.fallbackTag(of: subject), try Referrers.cosignTags(of: subject))
            }
            let list: Referrers.List
            if let entries = try await listedReferrers(of: subject, in: repository) {
                list = .listed(entries)
            } else {
                list = .tagged(try await digest(of: place.tagged(fallback)))
            }
            var signatures: [(tag: Tag, digest: Digest)] = []
            for tag in tags {
                if let digest = try await digest(of: place.tagged(tag)) { signatures.append((tag, digest)) }
            }
            found.append(Referrers(subject: subject, list: list, signatures: signatures))
        }
        return found
    }

    /// The entries of the referrers API (OCI distribution specification, "Listing Referrers"); nil where there is none,
    /// which is remembered of the repository for a day.
    func listedReferrers(of subject: Digest, in repository: ImageRepository) async throws(RegistryError) -> [JSON]? {
        let now = Moment.current()
        let known = withoutReferrers.withLock { $0[repository] }
        if let known, now - known < .seconds(86_400) { return nil }
        var call = RegistryCall(.get, repository, "referrers/\(subject)", scopes: [.pull(repository.name)])
        var entries: [JSON] = []
        for page in 0..<Self.pageLimit {
            call.reception = .kept(upTo: 4 << 20)
            let response: HTTPResponse
            do throws(RegistryError) {
                response = try await answer(to: call)
                entries += try response.referrers(call)
            } catch {
                // Only an answer to the first question tells: what comes later failed.
                guard page == 0, error.status != nil, error.kind == .notFound || error.kind == .refused else {
                    throw error
                }
                withoutReferrers.withLock { $0[repository] = now }
                return nil
            }
            guard let next = try nextPage(response, call) else { return entries }
            call = RegistryCall(.get, next, after: call)
        }
        throw RegistryError(.refused, call, "the pages of the list of referrers do not end")
    }

    private func digest(of image: ImageReference) async throws(RegistryError) -> Digest? {
        do throws(RegistryError) {
            return try await descriptor(of: image).digest
        } catch {
            guard error.kind == .notFound else { throw error }
            return nil
        }
    }
}

extension HTTPResponse {
    /// The entries of a page of referrers; a server that answers everything with a web page has no such list.
    fileprivate func referrers(_ call: RegistryCall) throws(RegistryError) -> [JSON] {
        guard let page = (try? JSONReader.read(body))?["manifests"]?.array else {
            throw RegistryError(.refused, call, status: status, "the list of referrers is no index")
        }
        return page
    }
}
