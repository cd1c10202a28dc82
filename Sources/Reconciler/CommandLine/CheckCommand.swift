extension Installation {
    /// `reconcile check`: says what is wrong with `desired/`, or how much there is in it.
    ///
    /// A secret that is missing in the file of `--secrets` is a fault. Without that option it is only said, because
    /// wherever a commit is checked the secrets are best not at hand.
    func check() -> ExitStatus {
        do {
            let desired: Desired = try reader.read(checkout: config)
            let missing = try missingSecrets(of: desired)
            for secret in missing { complain("\(secret)") }
            guard missing.isEmpty || secrets == nil else { return .invalid }
            say("desired/ is valid: \(desired.summary)")
            return .done
        } catch {
            return refusal(error)
        }
    }
}

extension Desired {
    /// `4 images to build, 12 tags to mirror, 1 webhook`.
    var summary: String {
        let tags = mirrors.flatMap(\.tags).count
        let rules = mirrors.count { $0.rule != nil }
        return [
            count(builds.count, "image") + " to build",
            count(tags, "tag") + (rules == 0 ? "" : " and \(count(rules, "rule"))") + " to mirror",
            count(webhooks.count, "webhook"),
        ]
        .joined(separator: ", ")
    }
}

/// `1 image`, `2 images`.
func count(_ number: Int, _ thing: String) -> String { "\(number) \(thing)\(number == 1 ? "" : "s")" }
