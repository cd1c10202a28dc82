import Testing

@testable import Reconciler

struct SettingsTests {
    @Test func `what is not given has the default of the contract`() throws {
        let settings = try settings([])
        #expect(settings.config == ".")
        #expect(settings.state == "./state")
        #expect(settings.public == "./public")
        #expect(settings.registry == .at(try RegistryHost("localhost:5000")))
        #expect(settings.publicName.description == "localhost:5000")
        #expect(settings.listen == .on(host: "127.0.0.1", port: 8081))
        #expect(settings.interval == .seconds(60))
        #expect(settings.mirrorInterval == .seconds(3_600))
        #expect(settings.verifyInterval == .seconds(600))
        #expect(settings.builder == .automatic)
        #expect(settings.buildJobs == 1)
        #expect(settings.mirrorJobs == 8)
        #expect(settings.platforms.isEmpty)
        #expect(settings.secretsFile == nil)
        #expect(settings.allowLocal.isEmpty)
        #expect(settings.allowRealm.isEmpty)
        #expect(settings.diskFloor.bytes == 2_000_000_000)
        #expect(settings.ping == nil)
        #expect(settings.logFile == nil)
        #expect(!settings.isVerbose)
    }

    /// Every option with a value for it and what of the settings then shows that value.
    static let options: [(option: String, value: String, shown: @Sendable (Settings) -> String, expected: String)] = [
        ("config", "/srv/config/", { "\($0.config) \($0.state)" }, "/srv/config/ /srv/config/state"),
        ("state", "/var/lib/x", { $0.state }, "/var/lib/x"),
        ("public", "www", { $0.public }, "www"),
        (
            "registry", "docker.01-edu.org", { "\($0.registry.host) \($0.publicName)" },
            "docker.01-edu.org docker.01-edu.org"
        ),
        ("registry", "embedded", { "\($0.registry) \($0.publicName)" }, "embedded(port: 5050) 127.0.0.1:5050"),
        ("registry", "embedded:5051", { "\($0.registry)" }, "embedded(port: 5051)"),
        (
            "public-name", "docker.01-edu.org", { "\($0.publicName) \($0.registry.host)" },
            "docker.01-edu.org localhost:5000"
        ),
        ("listen", "off", { "\($0.listen)" }, "off"),
        ("listen", "[::1]:9000", { "\($0.listen)" }, "on(host: \"::1\", port: 9000)"),
        ("listen", "localhost:9000", { "\($0.listen)" }, "on(host: \"localhost\", port: 9000)"),
        ("interval", "5m", { $0.interval.text }, "5m"),
        ("mirror-interval", "1h30m", { $0.mirrorInterval.text }, "1h30m"),
        ("verify-interval", "2d", { $0.verifyInterval.text }, "2d"),
        ("builder", "buildx:farm", { "\($0.builder)" }, "buildx:farm"),
        ("build-jobs", "4", { "\($0.buildJobs)" }, "4"),
        ("mirror-jobs", "256", { "\($0.mirrorJobs)" }, "256"),
        ("platforms", "linux/amd64, linux/arm64/v8,linux/arm64", { "\($0.platforms)" }, "[linux/amd64, linux/arm64]"),
        ("secrets", "../secrets", { "\($0.secretsFile ?? "")" }, "../secrets"),
        ("allow-local", "/srv/git", { "\($0.allowLocal)" }, "[\"/srv/git\"]"),
        ("allow-realm", "quay.io=auth.quay.io", { "\($0.allowRealm)" }, "[quay.io: Set([auth.quay.io])]"),
        ("disk-floor", "500MB", { "\($0.diskFloor.bytes)" }, "500000000"),
        ("ping", "https://example.org/p", { "\($0.ping?.description ?? "")" }, "https://example.org/p"),
        ("log", "/var/log/x", { $0.logFile ?? "" }, "/var/log/x"),
    ]

    @Test(arguments: options.indices)
    func `each option is taken from both spellings and from the environment`(index: Int) throws {
        let (option, value, shown, expected) = Self.options[index]
        let variable = "RECONCILE_" + option.uppercased().replacing("-", with: "_")
        #expect(shown(try settings(["--\(option)", value])) == expected)
        #expect(shown(try settings(["check", "--\(option)=\(value)"])) == expected)
        #expect(shown(try settings([], [variable: value])) == expected)
    }

    @Test func `every option of the table is tried`() {
        let tried = Set(Self.options.map(\.option)).union(["verbose"])
        #expect(tried == Set(SettingOption.allCases.map(\.rawValue)))
    }

    @Test func `the command line wins over the environment and the last value over the first`() throws {
        let environment = ["RECONCILE_INTERVAL": "9m", "RECONCILE_ALLOW_LOCAL": "/a", "RECONCILE_LOG": ""]
        let settings = try settings(["--interval", "5m", "--interval=6m", "--allow-local", "/b"], environment)
        #expect(settings.interval.text == "6m")
        #expect(settings.allowLocal == ["/b"])
        #expect(settings.logFile == nil)
    }

    @Test func `repeatable options add up and their variables are split at commas`() throws {
        #expect(try settings(["--allow-local=/a", "--allow-local", "/b"]).allowLocal == ["/a", "/b"])
        #expect(try settings([], ["RECONCILE_ALLOW_LOCAL": "/a, /b,"]).allowLocal == ["/a", "/b"])
        let realms = try settings(["--allow-realm=a.org=b.org", "--allow-realm=a.org=c.org:8443"]).allowRealm
        #expect(realms == [try RegistryHost("a.org"): [try RegistryHost("b.org"), try RegistryHost("c.org:8443")]])
    }

    @Test(arguments: [("1", true), ("true", true), ("0", false), ("False", false), ("", false)])
    func `verbose is a truth value in the environment`(text: String, isVerbose: Bool) throws {
        #expect(try settings([], ["RECONCILE_VERBOSE": text]).isVerbose == isVerbose)
        #expect(try settings(["-v"], ["RECONCILE_VERBOSE": text]).isVerbose)
    }

    @Test(arguments: [
        (
            ["--registry", "https://docker.io"],
            "--registry: \"https://docker.io\" is no registry; write HOST or HOST:PORT"
        ),
        (["--registry", "embedded:0"], "--registry: \"0\" is no port; write embedded or embedded:PORT"),
        (["--registry", "embedded:+80"], "--registry: \"+80\" is no port; write embedded or embedded:PORT"),
        (["--registry", "a:99999"], "--registry: \"a:99999\" is no registry; write HOST or HOST:PORT"),
        (
            ["--listen", ":8081"],
            "--listen: \":8081\" is no address to listen on; write HOST:PORT, such as 127.0.0.1:8081, or off"
        ),
        (
            ["--listen", "8081"],
            "--listen: \"8081\" is no address to listen on; write HOST:PORT, such as 127.0.0.1:8081, or off"
        ),
        (["--interval", "0s"], "--interval: \"0s\" is no duration; write for example 30s, 5m, 1h30m or 2d"),
        (
            ["--interval", "99999999999999999999d"],
            "--interval: \"99999999999999999999d\" is too long; the longest is 36500d"
        ),
        (["--builder", "dokcer"], "--builder: \"dokcer\" is no builder; did you mean \"docker\"?"),
        (
            ["--builder", "kaniko"],
            "--builder: \"kaniko\" is no builder; known are auto docker podman buildah buildx:BUILDER"
        ),
        (
            ["--builder", "buildx"],
            "--builder: \"buildx\" needs the name of a builder: buildx:BUILDER (docker buildx ls)"
        ),
        (["--builder", "buildx:-x"], "--builder: \"-x\" is no name of a buildx builder; docker buildx ls lists them"),
        (["--build-jobs", "0"], "--build-jobs: \"0\" is no number from 1 to 256"),
        (["--mirror-jobs", "1e3"], "--mirror-jobs: \"1e3\" is no number from 1 to 256"),
        (
            ["--platforms", "linux/x86_64"],
            "--platforms: \"linux/x86_64\" is no platform: \"x86_64\" is unknown; did you mean \"amd64\"?"
        ),
        (
            ["--platforms", "linux/amd46"],
            "--platforms: \"linux/amd46\" is no platform: \"amd46\" is unknown; did you mean \"amd64\"?"
        ),
        (
            ["--platforms", "linux"],
            "--platforms: \"linux\" is no platform; write OS/ARCHITECTURE[/VARIANT], such as linux/amd64"
        ),
        (
            ["--allow-realm", "quay.io"],
            "--allow-realm: \"quay.io\" names no token server; write REGISTRY=HOST, such as quay.io=auth.quay.io"
        ),
        (["--disk-floor", "lots"], "--disk-floor: \"lots\" is no size; write for example 500MB or 2GB"),
        (
            ["--ping", "ftp://u:secret@x"],
            "--ping: \"ftp://***@x\" is no web address; begin it with https:// or http://"
        ),
    ])
    func `a wrong value is named with its option and what would be right`(arguments: [String], message: String) {
        let error = #expect(throws: UsageError.self) { try settings(arguments) }
        #expect(error?.message == message)
    }

    @Test func `a wrong variable is named, and so is a misspelt one, but not a stranger's`() throws {
        let wrong = #expect(throws: UsageError.self) { try settings([], ["RECONCILE_BUILD_JOBS": "x"]) }
        #expect(wrong?.message == "RECONCILE_BUILD_JOBS: \"x\" is no number from 1 to 256")
        let misspelt = #expect(throws: UsageError.self) { try settings([], ["RECONCILE_INTERVALL": "5m"]) }
        #expect(misspelt?.message == "unknown variable RECONCILE_INTERVALL; did you mean RECONCILE_INTERVAL?")
        let command = #expect(throws: UsageError.self) { try settings([], ["RECONCILE_ONCE": "1"]) }
        #expect(command?.message == "RECONCILE_ONCE is no variable; write --once on the command line")
        #expect(try settings([], ["RECONCILE_ONCE": "", "RECONCILE_HOMEPAGE_OWNER": "x"]) == settings([]))
    }

    @Test func `the demo takes only what its throw-away installation has from the environment`() throws {
        let environment = ["RECONCILE_REGISTRY": "example.org", "RECONCILE_BUILDER": "buildah"]
        let settings = try settings(["demo"], environment)
        #expect(settings.registry == .at(.localhost))
        #expect(settings.builder == .buildah)
    }

    private func settings(_ arguments: [String], _ environment: [String: String] = [:]) throws -> Settings {
        guard case .run(_, let settings) = try Invocation(arguments: arguments, environment: environment) else {
            throw UsageError("runs nothing")
        }
        return settings
    }
}
