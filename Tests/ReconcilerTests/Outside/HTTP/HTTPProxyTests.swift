import Glibc
import Testing

@testable import Reconciler

/// Each in a process of its own, for the environment is everyone's: what other tests start would ask the proxy too.
struct HTTPProxyTests {
    @Test func `a proxy of the environment is asked, but never for this machine`() async {
        await #expect(processExitsWith: .success) { try await askingProxy() }
    }

    @Test func `a proxy is not asked for what may not be asked for directly, by whatever name`() async {
        await #expect(processExitsWith: .success) { try await refusingLinkLocal() }
    }

    @Test func `a proxy is asked for a tunnel to https, and sees no credentials`() async {
        await #expect(processExitsWith: .success) { try await tunnelling() }
    }
}

private func askingProxy() async throws {
    let proxy = try FakeServer { $0.headers["host"] == "elsewhere.example" ? .answer(200, [], "by proxy") : nil }
    let server = try FakeServer { _ in .answer(200, [], "direct") }
    setenv("no_proxy", "169.254.169.254", 1)
    setenv("http_proxy", proxy.url, 1)
    let client = HTTPClient()
    let near = HTTPRequest(.get, try HTTPURL(server.url + "/"))
    #expect(try await client.send(near).body == Array("direct".utf8))
    let far = HTTPRequest(.get, try HTTPURL("http://elsewhere.example/"))
    #expect(try await client.send(far).body == Array("by proxy".utf8))
}

private func refusingLinkLocal() async throws {
    let proxy = try FakeServer { _ in .answer(200, [], "by proxy") }
    let elsewhere = ["rebind.example": "169.254.169.254", "good.example": "192.0.2.1"]
    let client = HTTPClient(
        lookUp: NameLookUp { name in elsewhere[name].flatMap { NetworkAddress($0) }.map { [$0] } ?? [] }
    )
    setenv("no_proxy", "169.254.169.254", 1)
    setenv("http_proxy", proxy.url, 1)
    for (host, isRefused) in [
        ("rebind.example", true), ("metadata.google.internal", true), ("100.100.100.200", true),
        ("[64:ff9b::a9fe:a9fe]", true), ("good.example", false), ("known-to-the-proxy.example", false),
    ] {
        var request = HTTPRequest(.put, try HTTPURL("http://\(host)/"))
        request.refusesLinkLocal = true
        let asked = proxy.lines.count
        do throws(HTTPError) {
            _ = try await client.send(request)
            #expect(!isRefused, "\(host)")
        } catch {
            guard case .refused = error else { throw error }
            #expect(isRefused, "\(host)")
        }
        #expect((proxy.lines.count == asked) == isRefused, "\(host)")
    }
}

private func tunnelling() async throws {
    let proxy = try FakeServer { _ in .answer(502) }
    setenv("https_proxy", proxy.url, 1)
    var request = HTTPRequest(.get, try HTTPURL("https://registry.example/v2/"))
    request.set("Authorization", "Bearer secret")
    let client = HTTPClient()
    await #expect(throws: HTTPError.self) { try await client.send(request) }
    #expect(proxy.lines == ["CONNECT registry.example:443"])
    #expect(proxy.requests.allSatisfy { $0.headers["authorization"] == nil })
}
