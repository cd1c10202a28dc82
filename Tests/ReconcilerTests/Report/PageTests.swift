import Testing

@testable import Reconciler

struct PageTests {
    private func page(_ sample: SampleBoard) -> String {
        Page(sample.board, SampleBoard.start).text
    }

    @Test
    func `the policy allows this very style and script, and nothing else from anywhere`() throws {
        let text = page(try SampleBoard(builds: ["api"]))
        let style = try #require(text.firstMatch(of: /<style>([\s\S]*?)<\/style>/)).1
        let script = try #require(text.firstMatch(of: /<script>([\s\S]*?)<\/script>/)).1
        #expect(
            Page.policy == """
                default-src 'none'; script-src 'sha256-\(base64(sha256(Array(script.utf8))))'; \
                style-src 'sha256-\(base64(sha256(Array(style.utf8))))'; connect-src 'self'; img-src data:; \
                base-uri 'none'; form-action 'none'
                """
        )
        #expect(text.contains("<meta http-equiv=\"Content-Security-Policy\" content=\"\(Page.policy)\">"))
        #expect(!text.contains(" style=") && !text.contains("onclick=\"") && !text.contains("innerHTML"))
    }

    @Test(arguments: hostileTexts)
    func `a hostile text adds no element to the page as it is written`(text: String) throws {
        var (calm, hostile) = (try SampleBoard(builds: ["api"]), try SampleBoard(builds: ["api"]))
        calm.fail(.build("api"), "calm")
        hostile.fail(.build("api"), text)
        func elements(_ page: String) -> [Substring] { page.matches(of: /<\/?[a-zA-Z!][a-z0-9]*/).map(\.output) }
        #expect(elements(page(hostile)) == elements(page(calm)))
        let shown = page(hostile).unicodeScalars.filter { $0 != "\n" }
        #expect(visible(String(shown)) == String(shown))
    }

    @Test
    func `without script it says what fails and since when, and lists every image with its output`() throws {
        var sample = try SampleBoard(builds: ["api", "web"])
        sample.board.apply([.runs(.build("api"), SampleBoard.history(1, failing: true))])
        sample.fail(.build("api"), "exit status 1")
        let text = page(sample)
        #expect(text.contains("<h1 id=\"verdict\">1 of 2 images fails</h1>"))
        #expect(
            text.contains(
                "<li><div class=\"out\"><a href=\"#api\">api</a></div><div class=\"out\">exit status 1</div>"
                    + "<div>since 2026-11-23 23:14:55 UTC</div></li>"
            )
        )
        #expect(
            text.contains(
                "<tr id=\"api\"><td>api<td>failing<td>2026-11-23 23:14:55 UTC<td>exit status 1"
                    + "<td><a href=\"logs/api.txt\">output</a>\n"
            )
        )
        #expect(
            text.contains("<tr id=\"web\"><td>web<td>waiting<td>2026-11-23 23:14:55 UTC<td>not looked at yet<td>\n")
        )
    }

    @Test
    func `a registry that is away and an invalid configuration stand above all, with place and time`() throws {
        var sample = try SampleBoard(builds: ["api"])
        sample.board.note(registrySilence: "localhost:5000 does not answer", at: SampleBoard.start)
        let fault = ConfigurationFault(
            file: "desired/build.json",
            position: .init(line: 12, column: nil),
            entry: "api",
            message: "no URL"
        )
        sample.board.note(faults: [fault], at: SampleBoard.start)
        let text = page(sample)
        #expect(text.contains("<h1 id=\"verdict\">The registry does not answer; desired/ is invalid</h1>"))
        #expect(text.contains("<div class=\"out\">registry localhost:5000 does not answer; waiting for it</div>"))
        #expect(
            text.contains(
                "<div class=\"out\">desired/build.json:12</div><div class=\"out\">api: no URL</div>"
                    + "<div>since 2026-11-23 23:14:55 UTC</div>"
            )
        )
    }
}
