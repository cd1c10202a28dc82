import Glibc
import Testing

@testable import Reconciler

struct HTTPSTests {
    @Test func `many requests share one HTTP/2 connection, a copy goes over HTTP/1.1`() async throws {
        let server = try await CaddyServer(#"respond "{http.request.proto} {http.request.remote.port}""#)
        let client = HTTPClient(certificates: server.certificate)
        let url = try HTTPURL(server.url)
        let answers = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<40 {
                group.addTask { String(decoding: try await client.send(HTTPRequest(.get, url)).body, as: UTF8.self) }
            }
            var answers: Set<String> = []
            for try await answer in group { answers.insert(answer) }
            return answers
        }
        #expect(answers.count == 1)
        #expect(answers.first?.hasPrefix("HTTP/2.0 ") == true)

        let target = try FakeServer { _ in .answer(201) }
        let download = try await client.open(HTTPRequest(.get, url), length: 14)
        _ = try await client.send(HTTPRequest(.put, HTTPURL(target.url)), uploading: download)
        #expect(String(decoding: target.requests[0].body, as: UTF8.self).hasPrefix("HTTP/1.1 "))
    }

    @Test func `a certificate that nobody vouches for is refused, and not tried again`() async throws {
        let server = try await CaddyServer("respond 200")
        let error = await #expect(throws: HTTPError.self) {
            try await HTTPClient(certificates: nil).send(HTTPRequest(.get, HTTPURL(server.url)))
        }
        guard case .insecure = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.isTransient == false)
    }

    @Test func `a certificate that expired is refused, and says so`() async throws {
        let server = try await CaddyServer("respond 200", isExpired: true)
        let error = await #expect(throws: HTTPError.self) {
            try await HTTPClient(certificates: server.certificate).send(HTTPRequest(.get, HTTPURL(server.url)))
        }
        guard case .insecure = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect("\(String(describing: error))".contains("expired"), "\(String(describing: error))")
    }
}
