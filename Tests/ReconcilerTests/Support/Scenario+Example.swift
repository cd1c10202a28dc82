@testable import Reconciler

/// What a small organisation has: four images out of two repositories, and images of others that it keeps copies of.
struct Example: Sendable {
    let scenario: Scenario
    let exercises: SourceRepository
    let api: SourceRepository
    /// One platform, an index of two, and one that is pinned though its tag has moved on.
    let single: Manifest
    let index: Manifest
    let pinned: Manifest

    /// Every tag that must be in the kept registry.
    static let built = ["test-js:latest", "test-go:latest", "test-rust:latest", "api:latest", "api:main"]
    let mirrored: [(tag: String, digest: Digest)]

    init() async throws {
        scenario = try await Scenario()
        exercises = try await scenario.source("exercises")
        for language in ["js", "go", "rust"] {
            let dockerfile = "FROM scratch\nCOPY test /\n"
            try await exercises.commit(["\(language)/Dockerfile": dockerfile, "\(language)/test": language])
        }
        api = try await scenario.source("api")
        try await api.commit(["image/Dockerfile": "FROM scratch\nARG GREETING\nLABEL greeting=$GREETING\nCOPY . /\n"])
        single = try await scenario.publish("tools/single:1", "single")
        index = try await scenario.publishIndex("multi:2", "multi")
        pinned = try await scenario.publish("pinned:3", "pinned")
        try await scenario.publish("pinned:3", "moved on")
        let place = "\(scenario.upstream.host)".replacing(":", with: "_")
        mirrored = [
            ("\(place)/tools/single:1", single.digest), ("multi:2", index.digest), ("pinned:3", pinned.digest),
        ]
        try await scenario.desire(
            build: """
                {
                  "test-js": { "URL": "SOURCES/exercises", "path": "js" },
                  "test-go": { "URL": "SOURCES/exercises", "path": "go" },
                  "test-rust": { "URL": "SOURCES/exercises", "path": "rust", "file": "Dockerfile" },
                  "api": { "url": "SOURCES/api", "branch": "main", "file": "image/Dockerfile",
                           "args": { "GREETING": "hello" }, "tags": ["latest", "{branch}"] }
                }
                """,
            mirror: """
                [ "UPSTREAM/tools/single:1",
                  { "image": "UPSTREAM/multi", "tags": ["2"], "as": "multi" },
                  { "image": "UPSTREAM/pinned:3@\(pinned.digest)", "as": "pinned" } ]
                """
        )
    }
}
