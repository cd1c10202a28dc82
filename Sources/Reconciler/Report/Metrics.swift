/// The board in the text format of Prometheus (its documentation, "Exposition formats", version 0.0.4).
struct Metrics {
    let board: StatusBoard

    var text: String {
        var text = ""
        write(to: &text)
        return text
    }

    /// Piece by piece, because of each image there are several lines.
    func write<Output: TextOutputStream>(to text: inout Output) {
        var page = Exposition(output: text)
        defer { text = page.output }
        let build: MetricLabels = ["commit": board.facts.commit, "version": board.facts.version]
        page.add("build_info", .gauge, "The program's version, and the commit it was built from.", [(build, 1)])
        page.add("registry_up", "Whether the kept registry answers.", board.registryIsUp.map { $0 ? 1 : 0 })
        page.add(
            "image_in_line",
            .gauge,
            "Whether the image is in line; also 0 while it waits by a rule of its own, is worked on or paused.",
            board.images.lazy.map { ($0.labels, $0.condition == .inLine ? 1 : 0) }
        )
        page.add(
            "image_failing_since_timestamp_seconds",
            .gauge,
            "Since when an image fails or cannot be looked at; of those that do, also while they are tried again.",
            board.images.lazy.compactMap { status in
                status.failingSince.map { (status.labels, Double($0.seconds)) }
            }
        )
        let counts = board.counts
        page.add(
            "images",
            .gauge,
            "Images in each state.",
            ImageStatus.Condition.names.map { (["state": $0], Double(counts[$0] ?? 0)) }
        )
        let results: [Run.Result] = [.built, .copied, .putBack, .failed]
        page.add(
            "runs_total",
            .counter,
            "Images built, copied, put back, or tried in vain, since the program started.",
            results.map { (["result": $0.rawValue], Double(board.runs[$0] ?? 0)) }
        )
        page.add("pass_duration_seconds", "How long passes take.", board.durations)
        addTimes(to: &page)
        addSurroundings(to: &page)
    }

    private func addTimes(to page: inout Exposition<some TextOutputStream>) {
        func seconds(_ moment: Moment?) -> Double? { moment.map { Double($0.seconds) } }
        let last = board.passes.last.map { $0.start + $0.duration }
        page.add(
            "last_success_timestamp_seconds",
            "When a pass last ended with nothing failing.",
            seconds(board.lastSuccess)
        )
        page.add("last_pass_timestamp_seconds", "When a pass last ended.", seconds(last))
        page.add("start_timestamp_seconds", "When the program started.", seconds(board.facts.started))
    }

    private func addSurroundings(to page: inout Exposition<some TextOutputStream>) {
        let allowances = board.sortedAllowances
        page.add(
            "upstream_allowance_remaining",
            .gauge,
            "Pulls that an upstream registry still allows.",
            allowances.compactMap { registry, standing in
                standing.remaining.map { (["registry": registry.description], Double($0)) }
            }
        )
        page.add(
            "upstream_allowance_limit",
            .gauge,
            "Pulls that an upstream registry allows in a window.",
            allowances.compactMap { registry, standing in
                standing.limit.map { (["registry": registry.description], Double($0)) }
            }
        )
        let pending = board.webhooks.count { $0.nextTry != nil }
        page.add("webhooks_pending", "Webhook deliveries that wait.", Double(pending))
        page.add("webhooks_given_up", "Webhook deliveries given up lately.", Double(board.webhooks.count - pending))
        page.add(
            "configuration_seen",
            "Whether the last look at the config repo succeeded.",
            board.troubles.all.contains { $0.subject == .configuration } ? 0 : 1
        )
        page.add("configuration_faults", "What is wrong in the desired configuration.", Double(board.faults.count))
        page.add("disk_free_bytes", "Free space where builds are made.", board.diskFree.map { Double($0.bytes) })
        let floor = Double(board.facts.diskFloor.bytes)
        page.add("disk_floor_bytes", "Free space below which nothing is built or copied.", floor)
    }
}

extension ImageStatus {
    fileprivate var labels: MetricLabels { ["image": image.description, "kind": image.kind.rawValue] }
}

/// Names and values, in the order in which they are to stand.
typealias MetricLabels = KeyValuePairs<String, String>

/// Writes lines of the text format, all names under `reconcile_`.
struct Exposition<Output: TextOutputStream> {
    enum Kind: String {
        case gauge
        case counter
    }

    private(set) var output: Output

    /// Adds a metric with its samples; one without samples is left out.
    mutating func add(
        _ name: String,
        _ kind: Kind,
        _ help: String,
        _ samples: some Sequence<(MetricLabels, Double)>
    ) {
        var isFirst = true
        for (labels, value) in samples {
            if isFirst { begin(name, kind.rawValue, help) }
            isFirst = false
            add(name, labels, value)
        }
    }

    /// Adds a gauge without labels; one without a value is left out.
    mutating func add(_ name: String, _ help: String, _ value: Double?) {
        if let value { add(name, .gauge, help, CollectionOfOne(([:] as MetricLabels, value))) }
    }

    mutating func add(_ name: String, _ help: String, _ histogram: Histogram) {
        begin(name, "histogram", help)
        for (bound, count) in zip(Histogram.bounds, histogram.counts) {
            add(name + "_bucket", ["le": number(bound)], Double(count))
        }
        add(name + "_bucket", ["le": "+Inf"], Double(histogram.count))
        add(name + "_sum", [:], histogram.sum)
        add(name + "_count", [:], Double(histogram.count))
    }

    private mutating func begin(_ name: String, _ kind: String, _ help: String) {
        output.write("# HELP reconcile_\(name) \(help)\n# TYPE reconcile_\(name) \(kind)\n")
    }

    private mutating func add(_ name: String, _ labels: MetricLabels, _ value: Double) {
        let pairs = labels.map { "\($0.key)=\"\(escaped($0.value))\"" }
        let labels = pairs.isEmpty ? "" : "{\(pairs.joined(separator: ","))}"
        output.write("reconcile_" + name + labels + " \(number(value))\n")
    }

    /// The format asks for backslash, quote and newline; other control characters would reach people's screens.
    private func escaped(_ value: String) -> String {
        let value = visible(value)
        guard value.utf8.contains(where: { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "\"") }) else { return value }
        return value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    }

    private func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
    }
}
