/// What `body` returns if it ends within `patience`; else it is cancelled, and the result is nil.
func within<Value: Sendable>(
    _ patience: Duration,
    on clock: any Clock<Duration>,
    _ body: @escaping @Sendable () async -> Value
) async -> Value? {
    await unless({ try? await clock.sleep(for: patience) }, body)
}

/// What `body` returns if it ends before `event` does; else it is cancelled, and the result is nil.
func unless<Value: Sendable>(
    _ event: @escaping @Sendable () async -> Void,
    _ body: @escaping @Sendable () async -> Value
) async -> Value? {
    await withTaskGroup(of: Value?.self) { group in
        group.addTask { await body() }
        group.addTask {
            await event()
            return nil
        }
        let first = await group.next() ?? nil
        group.cancelAll()
        return first
    }
}
