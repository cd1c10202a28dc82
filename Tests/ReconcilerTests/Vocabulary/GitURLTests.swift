import Testing

@testable import Reconciler

struct GitURLTests {
    @Test(arguments: [
        [
            "git@example.org:a/b.git", "ssh://git@example.org/a/b", "https://example.org/a/b",
            "http://example.org/a/b/",
            "https://user:token@EXAMPLE.org/a//b.git/", "ssh://example.org:22/a/b.git", "https://example.org:443/a/b",
            "http://example.org:80/a/b", "example.org:/a/b", "git+ssh://git@example.org/a/b",
        ],
        ["/srv/git/a.git", "file:///srv/git/a", "/srv//git/./a/"],
        ["ssh://git@example.org:2222/a/b", "ssh://other@example.org:2222/a/b.git"],
        ["git@[2001:db8::1]:a/b", "ssh://[2001:db8::1]/a/b"],
    ])
    func `every spelling of a repository has one identity`(spellings: [String]) throws {
        #expect(Set(try spellings.map { try GitURL($0).identity }).count == 1)
    }

    @Test(
        arguments: [
            ("git@github.com:01-edu/public.git", "git@github.com:01-edu/public.git", nil, .ssh),
            ("ssh://git@example.org:2222/a", "ssh://git@example.org:2222/a", nil, .ssh),
            ("https://user:t%40ken@example.org/a", "https://example.org/a", "user:t%40ken", .https),
            ("HTTPS://token@example.org/a", "https://example.org/a", "token", .https),
            ("http://example.org:8080/a?x=1", "http://example.org:8080/a?x=1", nil, .http),
            ("my_host:a", "my_host:a", nil, .ssh),
            ("/srv/bücher.git", "/srv/bücher.git", nil, .local),
            ("file:///srv/a", "/srv/a", nil, .local),
            (".", ".", nil, .configuration),
        ] as [(String, String, String?, GitURL.Transport)]
    )
    func `git is given the address without a password`(
        text: String,
        address: String,
        user: String?,
        transport: GitURL.Transport
    ) throws {
        let url = try GitURL(text)
        #expect(url.address == address)
        #expect(url.userInformation == user)
        #expect(url.transport == transport)
        #expect(!"\(url)".contains("ken"))
    }

    @Test(arguments: [
        "", " ", "-", "--upload-pack=x", "-u./x", "-\u{301}x@host:a", "ext::sh -c x", "ext::sh", "fd::17", "fd::17/foo",
        "transport::address", "git://example.org/a", "ftp://example.org/a", "ftps://example.org/a",
        "rsync://example.org/a",
        "dav://example.org/a", "ssh://-oProxyCommand=x/a", "-oProxyCommand=x@host:a", "git@-oProxyCommand=x:a",
        "ssh://-x@example.org/a", "https:///a", "https://", "https://example.org", "https://example.org/",
        "git@example.org:",
        "example.org:-x", "ssh://example.org/-x", "public", "a/b:c", "../a", "~/a", "C:\\a b",
        "https://example.org/a\nb",
        "https://example.org/a\u{1B}[2J", "https://example.org/\u{202E}a", "https:/\u{301}/example.org/a",
        "https://example.org:0/a", "https://example.org:+80/a", "https://exa$mple.org/a",
        "ssh://user:pass@example.org/a",
        "file://host/a", "file://", "/srv/../etc", "file:///srv/../etc", "git@a@b:c", "$(x):a", "`x`:a", "host;x:a",
    ])
    func `what git could take for an option, a helper or another transport is refused`(text: String) {
        #expect(throws: Malformed.self) { try GitURL(text) }
    }

    @Test(arguments: [
        "https://user:canary@example.org:x/a", "https://user:canary@/a", "ftp://user:canary@example.org/a",
        "https://user:can ary@example.org/a", "https://user:canary/x@example.org/a", "git://canary@example.org/a",
        "ssh://user:canary@example.org/a", "https://user:canary@example.org",
    ])
    func `no error shows a password`(text: String) {
        let error = #expect(throws: Malformed.self) { try GitURL(text) }
        #expect(error?.message.contains("ary") == false)
    }

    @Test(arguments: [
        ("/srv/git/a", ["/srv/git"], true), ("/srv/git", ["/srv/git/"], true), ("/srv/gitother/a", ["/srv/git"], false),
        ("/srv/./git//a", ["/srv/git"], true), ("/a", ["/"], true), ("/a", [], false),
        ("/etc", ["/srv", "/etc"], true),
        ("https://example.org/srv/git", ["/"], false),
    ])
    func `a local repository is allowed below the named folders only`(
        text: String,
        folders: [String],
        isBelow: Bool
    ) throws {
        #expect(try GitURL(text).isLocal(below: folders) == isBelow)
    }
}
