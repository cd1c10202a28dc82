import Testing

/// Waits until `condition` holds; records an issue after `limit`.
func eventually(
    _ what: Comment,
    within limit: Duration = .seconds(60),
    sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + limit
    while ContinuousClock.now < end {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(5))
    }
    Issue.record(what, sourceLocation: sourceLocation)
}

/// Lets time pass, where the very passing is what is tried.
func passed(_ time: Duration) async throws { try await Task.sleep(for: time) }
