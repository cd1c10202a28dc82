/// Runs `body`, which blocks, on a thread of its own, so that the few threads of the Swift runtime stay free.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        let isStarted = startThread { continuation.resume(with: Result { try body() }) }
        if !isStarted { continuation.resume(throwing: FileFault("start", "thread")) }
    }
}
