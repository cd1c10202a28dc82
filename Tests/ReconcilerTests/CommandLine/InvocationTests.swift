import Testing

@testable import Reconciler

struct InvocationTests {
    @Test(
        arguments: [
            ([], .service),
            (["--once"], .once),
            (["plan"], .plan(asJSON: false)),
            (["--json", "plan"], .plan(asJSON: true)),
            (["check"], .check),
            (["force", "test-*", "api:v2"], .force([Glob("test-*"), Glob("api:v2")])),
            (["force", "--interval", "5m", "--", "api"], .force([Glob("api")])),
            (["status"], .status(.init(image: nil, asJSON: false, onlyFailing: false))),
            (
                ["status", "api", "--json", "--failing"],
                .status(.init(image: Glob("api"), asJSON: true, onlyFailing: true))
            ),
            (["prune"], .prune(.init(extent: .nothing, olderThan: nil))),
            (["prune", "--delete"], .prune(.init(extent: .upToHalf, olderThan: nil))),
            (
                ["prune", "--delete=all", "--older-than=30d"],
                .prune(.init(extent: .all, olderThan: .seconds(2_592_000)))
            ),
            (["--older-than", "1h", "prune"], .prune(.init(extent: .nothing, olderThan: .seconds(3_600)))),
            (["demo", "-v"], .demo(keepsFolder: false)),
            (["--keep", "demo", "--builder=buildah"], .demo(keepsFolder: true)),
        ] as [([String], Subcommand)]
    )
    func `a command is read with its options before and after it`(arguments: [String], command: Subcommand) throws {
        guard case .run(let read, _) = try Invocation(arguments: arguments, environment: [:]) else {
            Issue.record("\(arguments) runs nothing")
            return
        }
        #expect(read == command)
    }

    @Test(
        arguments: [
            (["--help"], .help(nil)), (["-h"], .help(nil)), (["help"], .help(nil)), (["--version"], .version),
            (["help", "plan"], .help(.plan)), (["plan", "--help"], .help(.plan)), (["--once", "-h"], .help(.once)),
            (["help", "once"], .help(.once)), (["plan", "--interval", "nonsense", "-h"], .help(.plan)),
            (["help", "--help"], .help(.help)), (["check", "--version"], .version),
        ] as [([String], Invocation)]
    )
    func `help and version need nothing else to be right`(arguments: [String], invocation: Invocation) throws {
        let environment = ["RECONCILE_INTERVAL": "nonsense"]
        #expect(try Invocation(arguments: arguments, environment: environment) == invocation)
    }

    @Test(arguments: [
        (["--intervall", "5m"], "unknown option \"--intervall\"; did you mean \"--interval\"?"),
        (["--intervall=5m"], "unknown option \"--intervall\"; did you mean \"--interval\"?"),
        (["-json"], "unknown option \"-json\"; did you mean \"--json\"?"),
        (["--xyzzy"], "unknown option \"--xyzzy\"; see reconcile --help"),
        (["-x"], "unknown option \"-x\"; see reconcile --help"),
        (["--\u{1B}[31m"], "unknown option \"--\\u{1b}[31m\"; see reconcile --help"),
        (["plna"], "unknown command \"plna\"; did you mean \"plan\"?"),
        (["service"], "unknown command \"service\"; see reconcile --help"),
        (["frobnicate"], "unknown command \"frobnicate\"; see reconcile --help"),
        (["help", "pruen"], "no help on \"pruen\"; did you mean \"prune\"?"),
        (["help", "plan", "check"], "help takes one command; saw \"check\" too"),
        (["plan", "api"], "\"plan\" does not take \"api\"; see reconcile help plan"),
        (["status", "a", "b"], "\"status\" does not take \"b\"; see reconcile help status"),
        (["force"], "\"force\" needs the name of an image or a pattern, such as test-*"),
        (["force", "a b"], "\"a b\" matches no image name; write a name, with * and ? for what varies"),
        (["check", "--json"], "\"check\" does not take --json; see reconcile help check"),
        (["--json"], "without a command, reconcile does not take --json; see reconcile help service"),
        (["plan", "--once"], "\"plan\" does not take --once; see reconcile help plan"),
        (["--once", "--keep"], "\"once\" does not take --keep; see reconcile help once"),
        (["help", "--json"], "\"help\" does not take --json; see reconcile help help"),
        (["demo", "--config", "x"], "\"demo\" does not take --config; see reconcile help demo"),
        (["prune", "--delete=most"], "--delete: \"most\" is unknown; write --delete or --delete=all"),
        (["plan", "--json=yes"], "--json takes no value"),
        (["--verbose=1"], "--verbose takes no value"),
        (["--config"], "--config needs a value; see reconcile --help"),
        (["--config", "--once"], "--config needs a value; see reconcile --help"),
        (["--config="], "--config needs a value after the ="),
        (["prune", "--older-than", "x"], "--older-than: \"x\" is no duration; write for example 30s, 5m, 1h30m or 2d"),
    ])
    func `wrong arguments are named in one line with the nearest right one`(arguments: [String], message: String) {
        let error = #expect(throws: UsageError.self) { try Invocation(arguments: arguments, environment: [:]) }
        #expect(error?.description == "reconcile: " + message)
    }
}
