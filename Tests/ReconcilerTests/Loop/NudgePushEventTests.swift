import Testing

@testable import Reconciler

struct NudgePushEventTests {
    @Test(arguments: [
        // By hand, as for the earlier program.
        #"{"ref":"refs/heads/master","repository":{"url":"git@github.com:01-edu/public.git"}}"#,
        // GitHub, as JSON and as a form.
        #"""
        {"ref":"refs/heads/main","commits":[{"id":"1","message":"say \"repository\":{}"}],"repository":{"id":1,
        "full_name":"01-edu/public","owner":{"url":"https://github.com/01-edu"},"html_url":"https://github.com/01-edu/public",
        "git_url":"git://github.com/01-edu/public.git","ssh_url":"git@github.com:01-edu/public.git",
        "clone_url":"https://github.com/01-edu/public.git","svn_url":"https://github.com/01-edu/public","homepage":"http://a"}}
        """#,
        "payload=%7B%22ref%22%3A+%22x%22%2C%22repository%22%3A%7B%22clone_url%22%3A%22https%3A%2F%2Fgithub.com%2F01-edu"
            + "%2Fpublic.git%22%7D%7D",
        "a=b&payload=%7b%22repository%22:%7b%22url%22:%22https://github.com/01-edu/public%22%7d%7d&c",
        // GitLab has both.
        #"""
        {"object_kind":"push","project":{"name":"public","git_ssh_url":"git@github.com:01-edu/public.git",
        "git_http_url":"https://github.com/01-edu/public.git","web_url":"https://github.com/01-edu/public"},
        "repository":{"url":"git@github.com:01-edu/public.git","homepage":"https://github.com/01-edu/public"}}
        """#,
        // Bitbucket Cloud and Server.
        #"{"repository":{"full_name":"a","links":{"html":{"href":"https://github.com/01-edu/public"}}},"push":{}}"#,
        #"{"repository":{"links":{"clone":[{"href":"ssh://git@github.com/01-edu/public.git","name":"ssh"}]}}}"#,
        // Azure DevOps.
        #"{"resource":{"commits":[],"repository":{"remoteUrl":"https://u:p@github.com/01-edu/public"}}}"#,
        // Escapes, spaces, and a beginning of something longer.
        " \n{ \"x\" : \"\\\\\" , \"repository\" : {\"url\":\"https:\\/\\/GitHub.com\\/01-edu\\/public.git\"} }",
        #"{"repository":{"url":"git@github.com:01-edu/public.git"},"commits":[{"id":"1","message":"cut o"#,
        "payload=%7B%22repository%22%3A%7B%22url%22%3A%22https%3A%2F%2Fgithub.com%2F01-edu%2Fpublic%22%7D%2C%22commi%2",
    ])
    func `a push event narrows the look to its repository`(body: String) {
        #expect(PushEvent.nudge(in: Array(body.utf8)) == .repositories(["github.com/01-edu/public"]))
    }

    @Test(arguments: [
        "", " ", "{}", "null", "hello", "[]", "\"repository\"", "{", "{\"repository\"", "{\"repository\":",
        "\u{feff}{}",
        #"{"repository":"git@github.com:a/b.git"}"#, #"{"repository":{}}"#, #"{"repository":{"url":1}}"#,
        #"{"repository":{"url":"--upload-pack=x"}}"#, #"{"repository":{"url":"ext::sh -c x"}}"#,
        #"{"repository":{"url":"https://a/\u0000"}}"#, #"{"repository":{"url":"a b"}}"#,
        #"{"repository":{"url":"git@a:b","url":"git@a:c"}}"#, #"{"repository":{"url":"git@a:b""#,
        #"{"a":{"repository":{"url":"git@a:b"}}}"#, #"[{"repository":{"url":"git@a:b"}}]"#,
        #"{"commits":["{\"repository\":{\"url\":\"git@a:b\"}}"]}"#, "payload=", "payload=%7B", "x=%7B%7D", "%%%=%&=&&",
        #"{"x":"\"#, #"{"x":"\\"#, #"{"\"#, "{]}", "{}}", "{\"a\":}}}}", "{\"repository\":{\"url\":\"git@a:b\"]]",
    ])
    func `any other body means everything`(body: String) {
        #expect(PushEvent.nudge(in: Array(body.utf8)) == .everything)
    }

    @Test
    func `too much of anything means everything`() {
        let many = (0..<17).map { #"{"href":"git@a:\#($0)"}"# }.joined(separator: ",")
        let long = String(repeating: "x", count: 2_000)
        let deep = String(repeating: "[", count: 200_000)
        for body in [
            #"{"repository":{"links":{"clone":[\#(many)]}}}"#, #"{"repository":{"url":"git@a:\#(long)"}}"#,
            #"{"repository":{"url":"git@a:b","x":\#(deep)}}"#, deep,
            "{" + Array(repeating: #""repository":{"url":"git@a:b"}"#, count: 4).joined(separator: ",") + "}",
            #"{"repository":{"url":"git@a:b","x":"\#(String(repeating: "x", count: 70_000))"}}"#,
        ] {
            #expect(PushEvent.nudge(in: Array(body.utf8)) == .everything)
        }
    }

    @Test
    func `whatever bytes come, they are read to an end`() {
        var random = SeededGenerator(state: 42)
        let seed = Array(
            #"payload=%7B&{"a":[1,"\"x"],"repository":{"url":"git@a:b\u00e9","links":{"clone":[{"href":"/x"}]}}}"#.utf8
        )
        for _ in 0..<5_000 {
            var bytes = Array(seed[Int.random(in: 0..<seed.count, using: &random)...])
            for _ in 0..<Int.random(in: 0..<5, using: &random) {
                let at = Int.random(in: 0..<bytes.count, using: &random)
                bytes[at] = Bool.random(using: &random) ? seed[at] : UInt8.random(in: 0...255, using: &random)
            }
            #expect(PushEvent.repositories(in: bytes).count <= 4)
        }
    }
}
