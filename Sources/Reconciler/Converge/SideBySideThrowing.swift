/// Runs `body` for each item, at most four at a time; the first failure ends the others.
func sideBySide<Item: Sendable>(
    _ items: [Item],
    _ body: @escaping @Sendable (Item) async throws(RegistryError) -> Void
) async throws(RegistryError) {
    let outcome: Result<Void, RegistryError> = await withTaskGroup(of: Result<Void, RegistryError>.self) { group in
        var rest = items[...]
        func next() {
            guard let item = rest.popFirst() else { return }
            group.addTask {
                do throws(RegistryError) {
                    return .success(try await body(item))
                } catch {
                    return .failure(error)
                }
            }
        }
        for _ in 0..<4 { next() }
        while let done = await group.next() {
            guard case .success = done else {
                group.cancelAll()
                return done
            }
            next()
        }
        return .success(())
    }
    try outcome.get()
}
