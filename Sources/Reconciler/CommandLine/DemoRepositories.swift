import Glibc

extension DemoSite {
    /// What the first version of `desired/` names.
    static let built = ["test-js", "test-go", "api"]
    static let mirrored = ["hello:1", "multi:2"]
    static let tags = built.map { $0 + ":latest" } + mirrored

    /// Fills the upstream registry and makes the repositories: two sources, and a config repo with its remote.
    func fill() async throws {
        _ = try await publish("hello", as: reference("hello:1", at: upstream))
        _ = try await publishIndex("hello", as: reference("multi:2", at: upstream))
        for name in ["js", "go", "rust"] {
            try programs.write("FROM scratch\nCOPY . /\n", to: "sources/exercises/\(name)/Dockerfile")
            try programs.write("a test for \(name)\n", to: "sources/exercises/\(name)/test.txt")
        }
        try programs.write(
            "FROM scratch\nARG GREETING\nLABEL greeting=$GREETING\nCOPY . /\n",
            to: "sources/api/Dockerfile"
        )
        try programs.write("version 1\n", to: "sources/api/api.txt")
        for source in ["sources/exercises", "sources/api"] { try await begin(source) }
        try programs.write("state/\npublic/\nregistry/\n", to: "laptop/.gitignore")
        try writeDesired(Self.built)
        try await begin("laptop")
        try await programs.git(["clone", "--quiet", "--bare", "laptop", "config.git"], in: ".")
        try await programs.git(["remote", "add", "origin", folder + "/config.git"], in: "laptop")
        try await programs.git(["fetch", "--quiet", "origin"], in: "laptop")
        try await programs.git(["branch", "--quiet", "--set-upstream-to", "origin/main"], in: "laptop")
        // The kept registry has its data in the checkout already, and git clones into empty folders only.
        try await programs.git(["clone", "--quiet", "--no-checkout", folder + "/config.git", "clone"], in: ".")
        guard rename("\(folder)/clone/.git", "\(folder)/config/.git") == 0 else {
            throw FileFault("rename", folder + "/clone/.git")
        }
        try removeTree(folder + "/clone")
        try await programs.git(["reset", "--quiet", "--hard"], in: "config")
    }

    private func begin(_ place: String) async throws {
        try await programs.git(["init", "--quiet"], in: place)
        try await programs.git(["add", "--all"], in: place)
        try await programs.git(["commit", "--quiet", "--message", "Begin"], in: place)
    }

    /// Writes `desired/` in the clone that edits are pushed from.
    func writeDesired(_ images: [String]) throws {
        let builds = images.map { name -> (String, JSON?) in
            guard name != "api" else {
                let source = JSON.string(folder + "/sources/api")
                return (name, JSON(members: [("URL", source), ("args", JSON(members: [("GREETING", "hello")]))]))
            }
            let source = JSON.string(folder + "/sources/exercises")
            return (name, JSON(members: [("URL", source), ("path", .string(name.dropFirst("test-".count)))]))
        }
        let mirrors = Self.mirrored.map { image in
            let name = String(image.prefix { $0 != ":" })
            return JSON(members: [("image", .string("\(upstream.address)/\(image)")), ("as", .string(name))])
        }
        try programs.write(JSON(members: builds).pretty, to: "laptop/desired/build.json")
        try programs.write(JSON.list(mirrors).pretty, to: "laptop/desired/mirror.json")
        let hook = JSON.string("http://127.0.0.1:\(receiver.port)/new-image")
        try programs.write(JSON.list([hook]).pretty, to: "laptop/desired/webhooks.json")
    }
}
