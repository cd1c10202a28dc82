@testable import Reconciler

extension Desired {
    /// A line for each entry with everything that is not a default.
    var dump: String {
        (builds.map(\.dump) + mirrors.map(\.dump) + webhooks.map { "webhook \($0.dump)" }).joined(separator: "\n")
    }
}

extension BuildEntry {
    fileprivate var dump: String {
        line(
            [
                "build \(key): \(name) from \(source)",
                branch.map { "branch \($0)" },
                gitTags.map { "git tags \($0), newest \(newest)" },
                "context \(context.description.isEmpty ? "." : context.description)",
                "dockerfile \(dockerfile)",
                "tags \(tags.map(\.description).joined(separator: ","))",
                keep.map { "keep \($0)" },
                args.isEmpty
                    ? nil : "args " + args.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }.joined(separator: ","),
                target.map { "target \($0)" },
                platforms.isEmpty ? nil : "platforms \(platforms.map(\.description).joined(separator: ","))",
                secrets.isEmpty
                    ? nil
                    : "secrets " + secrets.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }.joined(separator: ","),
                submodules ? "submodules" : nil,
                followsBases ? nil : "bases not followed",
                "timeout \(timeout.text)",
                every.map { "every \($0.text)" },
                isPaused ? "paused" : nil,
            ] + webhooks.map { "webhook (\($0.dump))" }
        )
    }
}

extension MirrorEntry {
    fileprivate var dump: String {
        line(
            [
                "mirror \(written): \(upstream) to \(landing)",
                tags.isEmpty ? nil : "tags \(tags.map(\.description).joined(separator: ","))",
                rule.map { "rule \($0)" },
                digest.map { "digest \($0.short)" },
                platforms.map { "platforms \($0.map(\.description).joined(separator: ","))" },
                referrers ? "referrers" : nil,
                settle.map { "settle \($0.text)" },
                every.map { "every \($0.text)" },
                isPaused ? "paused" : nil,
            ] + webhooks.map { "webhook (\($0.dump))" }
        )
    }
}

extension WebhookEntry {
    fileprivate var dump: String {
        line([
            url,
            "images \(images.isEmpty ? "*" : images.map(\.description).joined(separator: ","))",
            "on \(events.map(\.rawValue).sorted().joined(separator: ","))",
            headers.isEmpty ? nil : headers.sorted { $0.key < $1.key }.map { "\($0): \($1)" }.joined(separator: ", "),
        ])
    }
}

private func line(_ parts: [String?]) -> String { parts.compactMap { $0 }.joined(separator: "; ") }
