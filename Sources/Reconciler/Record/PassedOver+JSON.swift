extension PassedOver {
    var json: JSON {
        JSON(members: [
            ("names", .list(names.map(\.description).sorted().map { .string($0) })), ("of", .string(choice)),
            ("newest", .number(newest)),
        ])
    }

    /// Reads back what `json` writes; nil for anything else.
    init?(_ json: JSON) {
        guard let names = json["names"]?.array, let choice = json["of"]?.string, let newest = json["newest"]?.int else {
            return nil
        }
        let read = names.compactMap { $0.string.flatMap { try? BranchName($0) } }
        self.init(names: Set(read), choice: choice, newest: newest)
    }
}
