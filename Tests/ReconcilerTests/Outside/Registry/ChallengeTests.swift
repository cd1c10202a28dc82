import Testing

@testable import Reconciler

struct ChallengeTests {
    @Test func `the challenge of a token server is read`() {
        let field =
            #"Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull""#
        let parameters = [
            "realm": "https://auth.docker.io/token", "service": "registry.docker.io", "scope": "repository:a/b:pull",
        ]
        #expect(Challenge.parse(field) == [Challenge(scheme: "bearer", parameters: parameters)])
    }

    @Test func `several challenges in one field are told apart`() {
        let field = #"Negotiate, BASIC realm="a, \"b\"" , Bearer Realm = https://h/t , realm="second", service=x"#
        #expect(
            Challenge.parse(field) == [
                Challenge(scheme: "negotiate", parameters: [:]),
                Challenge(scheme: "basic", parameters: ["realm": #"a, "b""#]),
                Challenge(scheme: "bearer", parameters: ["realm": "https://h/t", "service": "x"]),
            ]
        )
    }

    @Test(arguments: ["", ",", "=", "\"", "Bearer realm=\"open", "Bearer =x", ",,, ", "\\", "Bearer realm=", "é"])
    func `what fits no grammar is read as far as it goes`(field: String) {
        #expect(Challenge.parse(field).allSatisfy { $0.parameters.isEmpty })
    }

    @Test func `no bytes whatever upset the parsers`() {
        var generator = SeededGenerator(state: 7)
        let alphabet = Array(#"Bearer Basic realm="x",=\;<>rel next/: "#.utf8)
        for _ in 0..<20_000 {
            let length = Int.random(in: 0...40, using: &generator)
            let bytes = (0..<length).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
            let text = String(decoding: bytes, as: UTF8.self)
            _ = Challenge.parse(text)
            _ = nextLink(text)
            _ = parseRetryAfter(text, now: 0)
            _ = decodeBase64(text)
        }
    }
}
