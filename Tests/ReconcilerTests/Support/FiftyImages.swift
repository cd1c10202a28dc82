import Synchronization

@testable import Reconciler

/// Fifty images to keep, twelve of them built and eight of them indexes, a receiver of webhooks, and the small things that
/// happen to all of them.
final class FiftyImages: Sendable {
    let scenario: Scenario
    let receiver: WebhookLedger
    private let sources: [SourceRepository]
    private let hasExtra = Mutex(false)
    private let serial = Mutex(0)

    static let folders = 4
    static let singles = (0..<30).map { "m\($0 / 3):\($0 % 3)" }
    static let indexes = (0..<8).map { "i\($0):1" }
    private static var mirrored: [String] { singles + indexes }

    init() async throws {
        scenario = try await Scenario()
        receiver = try WebhookLedger()
        var sources: [SourceRepository] = []
        for number in 0..<3 { sources.append(try await scenario.source("s\(number)")) }
        self.sources = sources
        for source in 0..<3 { for folder in 0..<Self.folders { try await commit(source, folder) } }
        for name in Self.mirrored { try await move(name) }
        try await desire()
    }

    /// Lets up to six things happen, of every kind.
    func change(by numbers: inout SeededGenerator) async throws {
        for _ in 0..<Int.random(in: 1...6, using: &numbers) {
            switch Int.random(in: 0..<10, using: &numbers) {
            case 0, 1, 2:
                let source = Int.random(in: 0..<3, using: &numbers)
                try await commit(source, Int.random(in: 0..<Self.folders, using: &numbers))
            case 3, 4, 5, 6: try await move(Self.mirrored.randomElement(using: &numbers) ?? "m0:0")
            case 7: try await scenario.client.putImage(try place(&numbers), layers: ["not what is desired \(next())"])
            case 8: try await untag(&numbers)
            default:
                hasExtra.withLock { $0.toggle() }
                try await desire()
            }
        }
    }

    /// What every tag must be: a mirrored one the upstream's digest, a built one from the last commit of its folder.
    func faults() async throws -> [String] {
        var faults: [String] = []
        for name in Self.mirrored {
            let wanted = await scenario.client.head(try scenario.upstream.image(name)).value?.digest
            let held = try await scenario.keptDigest(name)
            if held != wanted { faults.append("\(name) is \(held?.short ?? "missing"), not \(wanted?.short ?? "")") }
        }
        for source in 0..<3 {
            for folder in 0..<Self.folders {
                let name = "b\(source)-\(folder):latest"
                let wanted = try await sources[source].run("cat \(folder)/serial").filter { !$0.isWhitespace }
                let held = try await label("serial", of: name)
                if held != wanted { faults.append("\(name) is of \(held ?? "nothing"), not \(wanted)") }
            }
        }
        return faults
    }

    /// Every tag of the fifty, or fifty-one, that are desired now.
    var names: [String] {
        let built = (0..<3).flatMap { source in (0..<Self.folders).map { "b\(source)-\($0):latest" } }
        return built + Self.mirrored + (hasExtra.withLock(\.self) ? ["extra:latest"] : [])
    }

    private func next() -> Int {
        serial.withLock { serial in
            serial += 1
            return serial
        }
    }

    private func commit(_ source: Int, _ folder: Int) async throws {
        let serial = next()
        let dockerfile = "FROM scratch\nCOPY serial /\nLABEL serial=\(serial)\n"
        try await sources[source].commit(["\(folder)/Dockerfile": dockerfile, "\(folder)/serial": "\(serial)\n"])
    }

    private func move(_ name: String) async throws {
        if Self.indexes.contains(name) {
            try await scenario.publishIndex(name, "index \(next())")
        } else {
            try await scenario.client.putImage(try scenario.upstream.image(name), layers: ["layer \(next())"])
        }
    }

    private func place(_ numbers: inout SeededGenerator) throws -> ImageReference {
        try scenario.kept.image(names.randomElement(using: &numbers) ?? "m0:0")
    }

    private func untag(_ numbers: inout SeededGenerator) async throws {
        let place = try place(&numbers)
        if case .present = await scenario.client.head(place) {
            try await scenario.untag("\(place.repository):\(place.tag?.description ?? "latest")")
        }
    }

    private func desire() async throws {
        var builds = (0..<3).flatMap { source in
            (0..<Self.folders).map { #""b\#(source)-\#($0)": { "URL": "SOURCES/s\#(source)", "path": "\#($0)" }"# }
        }
        if hasExtra.withLock(\.self) {
            builds.append(#""extra": { "URL": "SOURCES/s0", "path": "0" }"#)
        }
        let mirrors = Self.mirrored.map { name in
            let parts = name.split(separator: ":")
            return #"{ "image": "UPSTREAM/\#(parts[0])", "tags": ["\#(parts[1])"], "as": "\#(parts[0])" }"#
        }
        try await scenario.desire(
            build: "{ \(builds.joined(separator: ", ")) }",
            mirror: "[ \(mirrors.joined(separator: ", ")) ]",
            webhooks: #"[{ "url": "\#(receiver.url)", "on": ["build", "mirror"] }]"#
        )
    }

    private func label(_ label: String, of name: String) async throws -> String? {
        let image = try scenario.kept.image(name)
        let manifest = try await scenario.client.manifest(image)
        guard case .image(let config, _) = try ManifestContent(manifest) else { return nil }
        let bytes = try await scenario.client.smallBlob(config, in: ImageRepository(of: image))
        return try JSONReader.read(bytes)["config"]?["Labels"]?[label]?.string
    }
}

extension FiftyImages {
    /// What a tag points to that the registry does not have.
    func missingParts(of names: [String]) async throws -> [String] {
        var missing: [String] = []
        for name in names {
            let image = try scenario.kept.image(name)
            guard case .present(let head) = await scenario.client.head(image) else { continue }
            missing += try await parts(missing: image.pinned(to: head.digest), name)
        }
        return missing
    }

    private func parts(missing image: ImageReference, _ name: String) async throws -> [String] {
        let manifest: Manifest
        do {
            manifest = try await scenario.client.manifest(image)
        } catch {
            return ["\(name): \(error)"]
        }
        switch try ManifestContent(manifest) {
        case .index(let children):
            var missing: [String] = []
            for child in children { missing += try await parts(missing: image.pinned(to: child.manifest.digest), name) }
            return missing
        case .image(let config, let layers):
            var missing: [String] = []
            for blob in [config] + layers {
                let bytes = try? await scenario.client.smallBlob(blob, in: ImageRepository(of: image))
                if bytes.map({ Digest.of($0) }) != blob.digest { missing.append("\(name): blob \(blob.digest.short)") }
            }
            return missing
        }
    }
}
