@testable import Reconciler

/// A headless Chromium that loads one page, lets its script run for a while, and tells what became of it.
struct Browser {
    struct Visit {
        /// The document as it stands at the end, as HTML.
        let document: String
        /// What the page, or the browser about the page, wrote to the console.
        let console: [String]

        /// The text content of the element with that id, if it has no elements in it.
        func text(of id: String) -> String? {
            guard let start = document.range(of: " id=\"\(id)\""),
                let open = document[start.upperBound...].firstIndex(of: ">")
            else { return nil }
            return String(document[document.index(after: open)...].prefix { $0 != "<" })
        }
    }

    /// Loads `url` in a window of that width; `script` time passes in a virtual clock.
    static func visit(_ url: String, width: Int = 1_280, script: Duration = .seconds(8)) async throws -> Visit {
        let profile = try TemporaryFolder()
        var command = Command(
            "chromium",
            [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--user-data-dir=\(profile.path)",
                "--window-size=\(width),900", "--virtual-time-budget=\(Int(script.inSeconds * 1_000))", "--dump-dom",
                url,
            ],
            environment: inheritedEnvironment().merging(["HOME": profile.path]) { $1 }
        )
        command.isSwept = true
        let finished = await Children.run(command, limit: .seconds(90), output: .first(64 << 20))
        guard finished.termination.isSuccess else { throw Children.failure(of: command, finished) }
        let console = finished.errors.lines.filter { $0.contains("CONSOLE") }
        return Visit(document: finished.output.text, console: console.map { String($0) })
    }
}

extension String {
    /// Where `word` first stands.
    fileprivate func range(of word: String) -> Range<String.Index>? { firstRange(of: word) }
}
