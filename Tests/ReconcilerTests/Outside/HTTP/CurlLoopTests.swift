import Glibc
import Testing

@testable import Reconciler

@Suite(.timeLimit(.minutes(1)))
struct CurlLoopTests {
    private func thread() -> pthread_t { pthread_self() }

    @Test func `what follows an answer runs on the transport's own thread`() async throws {
        let server = try FakeServer { _ in .answer(200) }
        let (client, url) = (HTTPClient(), try HTTPURL(server.url))
        let threads = await client.onOwnThread {
            await sideBySide(Array(1...50), atMost: 8) { _ in
                let status = try? await client.send(HTTPRequest(.head, url)).status
                return (status, thread())
            }
        }
        #expect(threads.allSatisfy { $0.0 == 200 })
        #expect(Set(threads.map(\.1)).count == 1)
        #expect(server.requests.count == 50)
        let elsewhere = await sideBySide([1], atMost: 1) { _ in thread() }
        #expect(elsewhere[0] != threads[0].1)
    }

    @Test func `a task that never lets go of the transport's thread keeps no answer from coming`() async throws {
        let server = try FakeServer { _ in .answer(200) }
        let (client, url) = (HTTPClient(), try HTTPURL(server.url))
        let answer = Flight()
        await client.onOwnThread {
            await withTaskGroup { group in
                group.addTask { while !answer.hasLanded { await Task.yield() } }
                group.addTask {
                    let status = try? await client.send(HTTPRequest(.get, url)).status
                    #expect(status == 200)
                    answer.land()
                }
            }
        }
    }

    @Test func `tasks of a transport that has ended go on elsewhere`() async throws {
        let loop = CurlLoop(certificates: nil)
        loop.stop()
        let sum = await withTaskExecutorPreference(loop) {
            await sideBySide(Array(1...20), atMost: 4) { number in
                for _ in 1...10 { await Task.yield() }
                return number
            }.reduce(0, +)
        }
        #expect(sum == 210)
    }
}
