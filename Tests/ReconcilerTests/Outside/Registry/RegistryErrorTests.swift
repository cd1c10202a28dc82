import CCurl
import Testing

@testable import Reconciler

struct RegistryErrorTests {
    private func error(
        _ method: HTTPRequest.Method,
        _ status: Int,
        _ body: String = "",
        _ headers: String = ""
    ) throws -> RegistryError {
        let repository = ImageRepository(try RegistryHost("ghcr.io"), try RepositoryName("a/b"))
        let call = RegistryCall(method, repository, "manifests/1?key=secret", scopes: [])
        let response = HTTPResponse(status: status, headers: HTTPHeaders(Array(headers.utf8)), body: Array(body.utf8))
        return RegistryError(response, to: call, now: 0)
    }

    @Test(arguments: [
        (HTTPRequest.Method.head, 404, "", "HEAD https://ghcr.io/v2/a/b/manifests/1?…: 404, not found"),
        (
            .get, 403, "<html>",
            "GET https://ghcr.io/v2/a/b/manifests/1?…: 403, forbidden; the credentials for ghcr.io do not allow it, or it does not exist"
        ),
        (.get, 429, "", "GET https://ghcr.io/v2/a/b/manifests/1?…: 429, too many requests"),
        (
            .delete, 405, #"{"errors":[{"code":"UNSUPPORTED","message":"The operation is unsupported."}]}"#,
            "DELETE https://ghcr.io/v2/a/b/manifests/1?…: 405, UNSUPPORTED: The operation is unsupported.; let the registry delete: storage.delete.enabled in its configuration, or for the containers registry:2 and registry:3 REGISTRY_STORAGE_DELETE_ENABLED=true in their environment"
        ),
        (.put, 413, "", "PUT https://ghcr.io/v2/a/b/manifests/1?…: 413, too large for the registry"),
        (.put, 400, #"{"errors":[{"code":"X"}]}"#, "PUT https://ghcr.io/v2/a/b/manifests/1?…: 400, X"),
        (
            .post, 502, "",
            "POST https://ghcr.io/v2/a/b/manifests/1?…: 502, the registry failed; it is tried again; if it stays so, the log of ghcr.io says why"
        ),
    ])
    func `an answer without success is told in one line, without the query`(
        method: HTTPRequest.Method,
        status: Int,
        body: String,
        line: String
    ) throws {
        #expect(try error(method, status, body).description == line)
    }

    @Test func `a digest that is not there says where to mend it`() throws {
        let repository = ImageRepository(try RegistryHost("ghcr.io"), try RepositoryName("a/b"))
        let call = RegistryCall(.get, repository, "manifests/\(Digest.of([1]))", scopes: [])
        let error = RegistryError(HTTPResponse(status: 404, headers: HTTPHeaders([]), body: []), to: call, now: 0)
        #expect(error.hint == "ghcr.io has no image of that digest; if mirror.json names it, mend it there")
        #expect(error.kind == .notFound)
    }

    @Test(
        arguments: [
            (CURLE_COULDNT_RESOLVE_HOST, "no such host; mend the name, or this machine's DNS"),
            (CURLE_COULDNT_RESOLVE_PROXY, "no such proxy; mend http_proxy and https_proxy in the environment"),
            (CURLE_COULDNT_CONNECT, "cannot connect; see that ghcr.io runs, and that no firewall is in between"),
            (
                CURLE_OPERATION_TIMEDOUT,
                "no answer in time; it is tried again; if it stays so, see to ghcr.io and the network"
            ),
        ] as [(CURLcode, String)]
    )
    func `what got no answer says what to see to`(code: CURLcode, words: String) throws {
        let repository = ImageRepository(try RegistryHost("ghcr.io"), try RepositoryName("a/b"))
        let call = RegistryCall(.head, repository, "manifests/1", scopes: [])
        let line = RegistryError(HTTPError(code), call, at: call.url).description
        #expect(line.hasSuffix(": " + words), "\(line)")
    }

    @Test func `each status says what follows`() throws {
        #expect(try error(.get, 404).kind == .notFound)
        #expect(try error(.put, 404).kind == .refused)
        let lost = try error(.put, 404, #"{"errors":[{"code":"BLOB_UPLOAD_UNKNOWN"}]}"#)
        #expect(lost.kind == .transient(retryAfter: nil))
        #expect(lost.code == "BLOB_UPLOAD_UNKNOWN")
        #expect(try error(.get, 429, "", "Retry-After: 9").kind == .rateLimited(retryAfter: .seconds(9)))
        #expect(try error(.get, 503, "", "Retry-After: 9").kind == .transient(retryAfter: .seconds(9)))
        #expect(try error(.get, 401).kind == .unauthorized(rejected: false))
        #expect(try error(.get, 400).kind == .refused)
    }
}
