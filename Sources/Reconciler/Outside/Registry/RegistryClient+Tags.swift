extension RegistryClient {
    private static let pageLimit = 1_000
    /// Some registries give a page of names that they then leave out.
    private static let emptyPagesInRow = 3

    /// The tags of a repository, page by page (OCI distribution specification, "Listing Tags").
    ///
    /// Names that are no tags are passed over. A list longer than `limit` is refused rather than cut: a pattern must
    /// not be matched against a part. Pages are taken from the registry itself only, and none twice.
    func tags(of repository: ImageRepository, limit: Int = 100_000) async throws(RegistryError) -> [Tag] {
        var call = RegistryCall(.get, repository, "tags/list?n=1000", scopes: [.pull(repository.name)])
        var tags: [Tag] = []
        (call.deadline, call.waitsOnce) = (.seconds(15), true)
        var known: Set<Tag> = []
        var emptyPages = 0
        var visited: Set<HTTPURL> = []
        while true {
            guard visited.insert(call.url).inserted, visited.count <= Self.pageLimit else {
                throw RegistryError(.refused, call, "the pages of the tag list do not end")
            }
            call.reception = .kept(upTo: 4 << 20)
            let response = try await page(call, isFirst: visited.count == 1)
            let new = try names(in: response, call).filter { known.insert($0).inserted }
            tags += new
            emptyPages = new.isEmpty ? emptyPages + 1 : 0
            guard tags.count <= limit else { throw RegistryError(.refused, call, "more than \(limit) tags") }
            guard let next = try nextPage(response, call) else { return tags }
            guard emptyPages < Self.emptyPagesInRow else {
                throw RegistryError(.refused, call, "the pages of the tag list bring nothing new")
            }
            call = RegistryCall(.get, next, after: call)
        }
    }

    /// A list that ends with 404 in the middle is broken; only of the first page that says that there is none.
    private func page(_ call: RegistryCall, isFirst: Bool) async throws(RegistryError) -> HTTPResponse {
        do throws(RegistryError) {
            return try await answer(to: call)
        } catch {
            guard error.kind == .notFound, !isFirst else { throw error }
            throw RegistryError(.refused, call, status: error.status, "the tag list breaks off: \(error.detail)")
        }
    }

    private func names(in response: HTTPResponse, _ call: RegistryCall) throws(RegistryError) -> [Tag] {
        guard let json = try? JSONReader.read(response.body), json.members != nil else {
            throw RegistryError(.refused, call, status: response.status, "the tag list is no valid JSON")
        }
        // A repository without tags has `"tags": null` in the distribution registry.
        return json["tags"]?.array?.compactMap { $0.string.flatMap { try? Tag($0) } } ?? []
    }

    /// Where the next page of a list is, which must be on the same registry; nil after the last.
    ///
    /// A registry behind a proxy may name the scheme and port that it has there; the page is asked for where the first was.
    func nextPage(_ response: HTTPResponse, _ call: RegistryCall) throws(RegistryError) -> HTTPURL? {
        guard let link = response.headers.values(of: "Link").lazy.compactMap(nextLink).first else { return nil }
        guard let url = try? call.url.resolving(link), url.host == call.home.host else {
            throw RegistryError(.refused, call, status: response.status, "the next page is not on the same registry")
        }
        return call.home.at(path: url.target)
    }
}

/// The target of the link with `rel="next"` in a `Link` field (RFC 8288); nil if there is none.
func nextLink(_ field: String) -> String? {
    var rest = field[...]
    while let open = rest.firstIndex(of: "<"), let close = rest[open...].firstIndex(of: ">") {
        let target = rest[rest.index(after: open)..<close]
        let tail = rest[rest.index(after: close)...]
        let parameters = tail.prefix { $0 != "<" }
        let isNext = parameters.split(whereSeparator: { $0 == ";" || $0 == "," }).contains { parameter in
            let words = parameter.filter { $0 != " " && $0 != "\"" }.lowercased()
            return words == "rel=next"
        }
        if isNext { return String(target) }
        rest = tail
    }
    return nil
}
