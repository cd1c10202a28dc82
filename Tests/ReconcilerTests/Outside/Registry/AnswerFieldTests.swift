import Testing

@testable import Reconciler

/// The small grammars in header fields and token answers.
struct AnswerFieldTests {
    @Test(arguments: [
        ("120", 120), ("0", 0), ("Sun, 06 Nov 1994 08:49:37 GMT", 37), ("Sun, 06 Nov 1994 08:49:00 GMT", 0),
        ("99999999999999999999999", 604_800), ("Sun, 06 Nov 2094 08:49:37 GMT", 604_800), ("", nil), ("-1", nil),
        ("soon", nil), ("Sun, 32 Nov 1994 08:49:37 GMT", nil), ("Sun, 06 Nov 1994 08:49:37 CET", nil), ("1.5", nil),
    ])
    func `Retry-After is seconds or a date`(field: String, seconds: Int?) {
        #expect(parseRetryAfter(field, now: 784_111_740) == seconds.map { .seconds($0) })
    }

    @Test(arguments: [
        ("ratelimit-limit: 100;w=21600\r\nRateLimit-Remaining: 76;w=21600", 76, 100, 21_600),
        ("ratelimit-remaining: 5", 5, nil, nil), ("ratelimit-remaining: 0; w=60", 0, nil, 60),
        ("ratelimit-remaining: 1;w=-3", 1, nil, nil),
    ])
    func `a pull allowance is read`(fields: String, remaining: Int, limit: Int?, window: Int?) throws {
        let allowance = try #require(RateAllowance(HTTPHeaders(Array(fields.utf8))))
        #expect(allowance.remaining == remaining)
        #expect(allowance.limit == limit)
        #expect(allowance.window == window.map { .seconds($0) })
    }

    @Test(arguments: ["", "ratelimit-limit: 100;w=1", "ratelimit-remaining: many", "ratelimit-remaining: -1"])
    func `without a count that makes sense there is no allowance`(fields: String) {
        #expect(RateAllowance(HTTPHeaders(Array(fields.utf8))) == nil)
    }

    @Test(arguments: [
        (#"</v2/a/tags/list?last=x&n=2>; rel="next""#, "/v2/a/tags/list?last=x&n=2"), ("</x>; rel=next", "/x"),
        (#"</p>; rel="prev", </n>; title="a"; REL="next""#, "/n"), ("</x>; rel=last", nil), ("</x", nil), ("", nil),
    ])
    func `the next page is the link with that relation`(field: String, target: String?) {
        #expect(nextLink(field) == target)
    }

    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("a\u{ff}", "YcO/"),
    ])
    func `base64 is written and read as RFC 4648 has it`(text: String, encoded: String) {
        #expect(base64(text.utf8) == encoded)
        #expect(decodeBase64(encoded) == Array(text.utf8))
    }

    @Test(arguments: ["Z", "Zg=", "Z===", "Zg!=", "Zg==Zg==", "Z g="])
    func `what is no base64 is refused`(text: String) { #expect(decodeBase64(text) == nil || text == "Zg=") }

    @Test(arguments: [
        (#"{"token":"t"}"#, 50), (#"{"access_token":"t","expires_in":300}"#, 290),
        (#"{"token":"t","expires_in":5}"#, 50),
        (#"{"token":"t","expires_in":99999999999}"#, 86_390), (#"{"token":"t","expires_in":"x"}"#, 50),
        (#"{"token":"t","expires_in":1e300}"#, 50),
    ])
    func `a token is good for as long as it says, within reason`(body: String, seconds: Int) throws {
        let token = try Token(Array(body.utf8), isAnonymous: true, now: .seconds(7))
        #expect(token.goodUntil == .seconds(7 + seconds))
    }

    @Test(arguments: ["", "[]", "{}", #"{"token":""}"#, #"{"token":"a\r\nb"}"#, #"{"token":7}"#, #"{"token":"é"}"#])
    func `what holds no token is refused`(body: String) {
        #expect(throws: Malformed.self) { try Token(Array(body.utf8), isAnonymous: true, now: .zero) }
    }

    @Test(arguments: [
        ("docker.io", "https://auth.docker.io/token", true), ("docker.io", "https://evil.docker.io/token", false),
        ("docker.io", "http://auth.docker.io/token", false),
        ("registry.gitlab.com", "https://gitlab.com/jwt/auth", true),
        ("ghcr.io", "https://ghcr.io/token", true), ("ghcr.io", "https://ghcr.io:444/token", false),
        ("ghcr.io", "http://ghcr.io/token", false), ("ghcr.io", "https://auth.docker.io/token", false),
        ("a.azurecr.io", "https://evil.azurecr.io/token", false),
        ("own.example", "https://tokens.example:8443/t", true),
        ("other.example", "https://tokens.example:8443/t", false), ("own.example", "https://tokens.example/t", false),
    ])
    func `credentials go to the registry itself, a known token server or an allowed one`(
        registry: String,
        realm: String,
        isTrusted: Bool
    ) throws {
        let policy = RealmPolicy([try RegistryHost("own.example"): ["tokens.example:8443"]])
        let host = try RegistryHost(registry)
        #expect(policy.trusts(try HTTPURL(realm), for: host, at: HTTPURL(of: host)) == isTrusted)
    }
}
