extension HelpTopic {
    /// The page of one screen that `--help` prints.
    static let overview = """
        Keeps a Docker registry in line with desired/*.json of a git repository.

        reconcile [--once]           keep reconciling; --once: one full pass, then exit
        reconcile plan [--json]      what a pass would do, and why; changes nothing
        reconcile check              validate desired/; needs no network
        reconcile force PATTERN...   rebuild or copy these again, drifted or not
        reconcile status [IMAGE] [--json] [--failing]           how every image stands
        reconcile prune [--delete] [--older-than DURATION]     tags nothing desires now
        reconcile demo [--keep]      a tour on throw-away repositories
        reconcile help [COMMAND | options] | --help | --version

        Options, with their defaults; reconcile help options explains each:
          --config DIR (.)   --state DIR (CONFIG/state)   --public DIR (CONFIG/public)
          --registry HOST[:PORT] | embedded[:PORT] (localhost:5000)
          --public-name HOST (the registry)   --listen HOST:PORT | off (127.0.0.1:8081)
          --interval DURATION (1m)   --mirror-interval (1h)   --verify-interval (10m)
          --builder docker|podman|buildah|buildx:BUILDER (auto)   --build-jobs N (1)
          --mirror-jobs N (8)   --platforms LIST (all)   --disk-floor SIZE (2GB)
          --secrets FILE   --allow-local DIR   --allow-realm REGISTRY=HOST
          --ping URL   --log FILE (standard error)   -v, --verbose

        Each can be set in the environment too: RECONCILE_INTERVAL=5m.

        """

    /// The page of `reconcile help COMMAND`.
    var text: String {
        switch self {
        case .service: Self.servicePage
        case .once: Self.oncePage
        case .plan: Self.planPage
        case .check: Self.checkPage
        case .force: Self.forcePage
        case .status: Self.statusPage
        case .prune: Self.prunePage
        case .demo: Self.demoPage
        case .help: Self.helpPage
        case .options: Self.optionsPage
        }
    }
}
