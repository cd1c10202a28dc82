extension HelpTopic {
    static let servicePage = """
        reconcile [options]

        Looks at the config repo, the sources, the upstream registries and the kept
        registry again and again, and rebuilds or copies what has drifted. SIGHUP
        looks at everything now; SIGTERM and SIGINT stop within ten seconds.

        Examples
          reconcile --config /srv/config --registry localhost:5000 --log /srv/log
          @reboot      reconcile --config /srv/config      (a line of a crontab)
          */5 * * * *  reconcile --config /srv/config      (restarts it if it died)

        Exit status
          0   stopped by a signal
          1   could not go on; standard error says why
          2   wrong arguments
          75  another reconcile holds the state folder; nothing was touched

        """

    static let oncePage = """
        reconcile --once [options]

        Makes one full pass that looks at everything, tries at once what failed
        before, and ends when all is done.

        Examples
          reconcile --once --config /srv/config
          */10 * * * *  reconcile --once --config /srv/config    (from a crontab)

        Exit status
          0   all that is desired is in the registry, or waits by a rule of its own
          1   something failed or could not be looked at; standard error names it
          2   wrong arguments, or desired/ is invalid; nothing was touched
          75  another reconcile holds the state folder; nothing was touched

        """

    static let planPage = """
        reconcile plan [--json] [options]

        Prints a line for each image that a pass would build or copy, with the reason
        and the values on both sides, and the pulls it would cost at each upstream.
        Changes nothing but fetched git objects; works while the service runs.

          --json  print one JSON object instead

        Examples
          reconcile plan
          reconcile plan --json --config /srv/config

        Exit status
          0  no drift
          1  something could not be looked at; standard error names it
          2  wrong arguments, or desired/ is invalid
          3  there is drift

        """

    static let checkPage = """
        reconcile check [options]

        Reads desired/ and prints everything that is wrong with it, one line each:
        file, line, entry, what is wrong, what would be right. Needs no network. With
        --secrets a secret that is missing there is a fault; without, it is only said.

        Examples
          reconcile check
          reconcile check --config . --allow-local /srv/git    (before a commit)

        Exit status
          0  valid
          2  wrong arguments, or desired/ is invalid

        """

    static let forcePage = """
        reconcile force PATTERN... [options]

        Has the images that match rebuilt or copied again in the next pass, drifted or
        not. A pattern is a name with or without a tag, or a reference as mirror.json
        or docker pull has it; * stands for any characters, ? for one. Quote it, or
        the shell takes it for files. If one matches nothing, nothing is noted.

        Examples
          reconcile force test-js
          reconcile force 'test-*' alpine:3.20

        Exit status
          0  noted for the next pass
          1  it could not be noted, or a pattern matches no image; nothing was noted
          2  wrong arguments, or desired/ is invalid

        """

    static let statusPage = """
        reconcile status [IMAGE] [--json] [--failing] [options]

        Shows every image, or those that match IMAGE: what is desired, what the
        registry holds, the last result, the next try.

          --json     print one JSON object instead
          --failing  only images that fail

        Examples
          reconcile status --failing
          reconcile status 'test-*' --json

        Exit status
          0  nothing fails
          1  an image fails or could not be looked at, the registry is away, the
             config repo cannot be looked at, desired/ is invalid, or the service
             has stopped
          2  wrong arguments, or desired/ is invalid

        """

    static let prunePage = """
        reconcile prune [--delete[=all]] [--older-than DURATION] [options]

        Lists the tags that reconcile has pushed and that nothing desires any more.
        Tags that it did not push, and signatures, are never looked at; other tags on
        the same image stay. Age counts from the first pass that missed the entry.

          --delete               delete them, unless they are more than half of all
          --delete=all           delete them, however many they are
          --older-than DURATION  only those undesired for longer than that; without it,
                                 or with 0s, all, however short a time ago they left

        Examples
          reconcile prune
          reconcile prune --delete --older-than 30d

        Exit status
          0   done
          1   something could not be deleted or looked at, or would be more than half
              of all; standard error names it
          2   wrong arguments, or desired/ is invalid; nothing was touched
          75  another reconcile holds the state folder; nothing was touched

        """

    static let demoPage = """
        reconcile demo [--keep] [--builder NAME] [--verbose]

        Shows the whole thing at work in a temporary folder, without a network: two
        source repositories, a config repo, an upstream registry and an embedded one.

          --keep  leave the folder for a look around

        Examples
          reconcile demo
          reconcile demo --keep

        Exit status
          0  every step happened
          1  a step did not happen; it is the last one printed
          2  wrong arguments, or a program that it needs is not installed

        """

    static let helpPage = """
        reconcile help [COMMAND | options]

        Explains a command: service, once, plan, check, force, status, prune, demo; or
        the options. Without either, lists all of them, as -h and --help do.

        Examples
          reconcile help plan
          reconcile plan --help

        Exit status
          0  always, if the command is known
          2  it is not

        """
}

extension HelpTopic {
    /// Each option in a line of its own, with its default.
    static let optionsPage = """
        reconcile [COMMAND] [options]

        All commands but demo take all of these, so that one line of options, or one
        environment, serves the service and the commands beside it.

          --config DIR                 checkout of the config repo              (.)
          --state DIR                  what is remembered           (CONFIG/state)
          --public DIR                 what the web server serves  (CONFIG/public)
          --registry HOST[:PORT]       the registry to keep, or embedded[:PORT] to
                                       run one                    (localhost:5000)
          --public-name HOST           the name people pull by      (the registry)
          --listen HOST:PORT           nudge endpoint, or off     (127.0.0.1:8081)
          --interval DURATION          between looks at git sources           (1m)
          --mirror-interval DURATION   between looks at upstream tags         (1h)
          --verify-interval DURATION   between looks at the registry         (10m)
          --builder NAME               docker, podman, buildah, buildx:BUILDER
                                       or auto                              (auto)
          --build-jobs N               builds at a time                        (1)
          --mirror-jobs N              images copied at a time                 (8)
          --platforms LIST             platforms to mirror                   (all)
          --secrets FILE               NAME=value lines, mode 0600
          --allow-local DIR            repositories below DIR may be named by path
          --allow-realm REGISTRY=HOST  token server that may see credentials
          --disk-floor SIZE            start nothing with less space free    (2GB)
          --ping URL                   requested after each pass, with /fail added
                                       after one that failed
          --log FILE                   log there, rotated         (standard error)
          -v, --verbose                also log what commands print

        An option with a value is read from the environment too: RECONCILE_INTERVAL=5m;
        the command line wins. Durations: 30s, 5m, 1h30m, 2d. Sizes: 500MB, 2GB.

        Examples
          reconcile --registry embedded --builder buildah
          reconcile plan --config /srv/config

        Exit status
          2  an option or its value is unknown; standard error names it

        """
}
