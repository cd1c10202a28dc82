/// Keeps builds in one storage apart from its tidying, which takes away the containers of all builds.
actor StorageGate {
    private var builds = 0
    private var needsTidying = false
    private var tidying: Task<Void, Never>?

    /// Waits for a tidying under way; every call is followed by one of `leave`.
    func enter() async {
        while let tidying { await tidying.value }
        builds += 1
    }

    /// Runs `tidy` once the last build has left, if one of them failed.
    func leave(failed: Bool, tidy: @escaping @Sendable () async -> Void) async {
        builds -= 1
        needsTidying = needsTidying || failed
        guard needsTidying, builds == 0 else { return }
        needsTidying = false
        // A task of its own: a cancelled build must still be tidied up after.
        let task = Task { await tidy() }
        tidying = task
        await task.value
        tidying = nil
    }
}
