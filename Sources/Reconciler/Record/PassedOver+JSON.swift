extension PassedOver {
    var json: JSON {
        JSON(members: [
            ("names", .list(names.map(\.description).sorted().map { .string($0) })), ("of", .string(choice)),
            ("newest", .number(newest)),
        ])
    }

    /// Reads back what `json` writes; nil for anything else.
    ///
    /// A list alone is what version 0.9 wrote before it knew of what it was, so the first look is made once more.
    init?(_ json: JSON) {
        if let names = json.array {
            let read = names.compactMap { $0.string.flatMap { try? BranchName($0) } }
            self.init(names: Set(read), choice: "", newest: 0)
            return
        }
        guard let names = json["names"]?.array, let choice = json["of"]?.string, let newest = json["newest"]?.int else {
            return nil
        }
        let read = names.compactMap { $0.string.flatMap { try? BranchName($0) } }
        self.init(names: Set(read), choice: choice, newest: newest)
    }
}
