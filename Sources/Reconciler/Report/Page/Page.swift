/// `index.html`: one self-contained page that keeps itself fresh from `status.json` beside it.
///
/// It holds a copy of the status for the first look and for pages opened as files, and the same as plain HTML for text
/// browsers. The content security policy allows this very style and script, and requests to the own origin only.
struct Page {
    private let board: StatusBoard
    private let now: Moment

    init(_ board: StatusBoard, _ now: Moment) {
        self.board = board
        self.now = now
    }

    var text: String {
        var text = ""
        write(to: &text) { StatusDocument(board: board, now: now).write(to: &$0) }
        return text
    }

    /// Has `document` write the status document into its place.
    func write<Output: TextOutputStream, Failure: Error>(
        to text: inout Output,
        document: (inout Output) throws(Failure) -> Void
    ) throws(Failure) {
        text.write(beginning)
        writeTable(to: &text)
        text.write(middle)
        // `<` is escaped in it, so nothing in it can end the element it stands in.
        try document(&text)
        text.write(end)
    }

    private var registry: String { escapedHTML(board.facts.registry) }

    private var beginning: String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="\(Self.policy)">
        <meta name="viewport" content="width=device-width,initial-scale=1">
        <meta name="referrer" content="no-referrer">
        <title>reconcile · \(registry)</title>
        <link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath \
        d='M3 8a5 5 0 0 1 9-3M13 8a5 5 0 0 1-9 3' fill='none' stroke='%232563eb' stroke-width='2.4'/%3E%3C/svg%3E">
        <style>\(Self.style)</style>
        </head>
        <body>
        <header><span><b>reconcile</b> <span class="out">\(registry)</span></span><span id="fresh">as of \(Self.stamp(now))</span></header>
        <main>
        \(hero)
        <noscript>

        """
    }

    private var middle: String {
        """

        </noscript>
        </main>
        <footer>reconcile \(escapedHTML(board.facts.version)) · <a href="log.txt">log</a> · \
        <a href="status.json">status.json</a> · <a href="metrics">metrics</a></footer>
        <script type="text/plain" id="view">\(Self.view)</script>
        <script type="application/json" id="status">
        """
    }

    private var end: String {
        """
        </script>
        <script>\(Self.script)</script>
        </body>
        </html>

        """
    }

    /// What the page may load and run, by the hashes of what it holds (CSP level 3, section 2.3.1).
    static let policy: String = {
        func hash(_ text: String) -> String { "'sha256-" + base64(sha256(text.utf8)) + "'" }
        return "default-src 'none'; script-src \(hash(script)); style-src \(hash(style)); connect-src 'self'; "
            + "img-src data:; base-uri 'none'; form-action 'none'"
    }()

    private var headline: Headline { Headline(board) }

    private var hero: String {
        let bad = board.images.filter { ["failing", "unknown"].contains($0.condition.name) }
        let troubles = board.troubles.all.map { item($0.subject.name, $0.trouble.why, since: $0.trouble.since) }
        let faults = board.faults.prefix(20).map { fault in
            let why = (fault.entry.map { $0 + ": " } ?? "") + fault.message
            return item(escapedHTML(visible(fault.place)), why, since: board.faultsSince)
        }
        let images = bad.sorted { $0.since < $1.since }.prefix(5).map { status in
            let name = shown(status.image.description)
            return item("<a href=\"#\(name)\">\(name)</a>", status.why, since: status.since)
        }
        return """
            <section class="card hero s-\(headline.state)" id="hero">
            <div class="mark" id="mark" aria-hidden="true"></div><h1 id="verdict">\(headline.text)</h1><p id="detail"></p>
            <ul id="problems">\((troubles + faults + images).joined())</ul></section>
            <p class="hidden" id="said" role="status"></p>
            """
    }

    /// One thing that is wrong; `name` is HTML.
    private func item(_ name: String, _ why: String, since: Moment?) -> String {
        let since = since.map { "since \(Self.stamp($0))" } ?? ""
        return "<li><div class=\"out\">\(name)</div><div class=\"out\">\(shown(why))</div><div>\(since)</div></li>"
    }

    /// Every image as plain HTML, for browsers without script.
    private func writeTable(to text: inout some TextOutputStream) {
        text.write("<table class=\"plain\"><tr><th>Image<th>State<th>Since<th>Why<th>Log\n")
        for status in board.images {
            let name = shown(status.image.description)
            let log = status.logFile.map { "<a href=\"\(escapedHTML($0))\">output</a>" } ?? ""
            text.write("<tr id=\"\(name)\"><td>\(name)<td>\(status.condition.name)<td>\(Self.stamp(status.since))")
            text.write("<td>\(shown(status.why.isEmpty ? status.history.reason ?? "" : status.why))<td>\(log)\n")
        }
        text.write("</table>")
    }

    /// `2026-11-23 18:04:05 UTC`: whoever reads without script may be anywhere.
    private static func stamp(_ moment: Moment) -> String {
        "\(moment.date) \(moment.timeOfDay) UTC"
    }

    private func shown(_ text: String) -> String { escapedHTML(visible(text)) }
}

extension ImageStatus {
    /// Why the image is not in line; empty if it is.
    var why: String {
        switch condition {
        case .failing(let why), .unknown(let why), .waiting(let why, _): why
        case .working(let work): "\(work.verb): \(work.reasons.map(\.description).joined(separator: "; "))"
        case .inLine, .paused: ""
        }
    }

    /// Where its build's output is, from the page's folder; nil if there is none.
    var logFile: String? {
        guard image.kind == .build, !history.runs.isEmpty || condition.name == "working" else { return nil }
        return "logs/" + BuildLogName(image).file()
    }
}

/// `text` for HTML, as the content of an element or of an attribute in double quotes.
func escapedHTML(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { $0 != 0x22 && $0 != 0x26 && $0 != 0x27 && $0 != 0x3C && $0 != 0x3E }
    if isPlain { return text }
    var escaped = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "&": escaped += "&amp;"
        case "<": escaped += "&lt;"
        case ">": escaped += "&gt;"
        case "\"": escaped += "&quot;"
        case "'": escaped += "&#39;"
        default: escaped.unicodeScalars.append(scalar)
        }
    }
    return escaped
}
