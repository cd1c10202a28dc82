/// Where the values of settings come from: the command line, else the environment.
struct SettingSource {
    let given: [SettingOption: [String]]
    let environment: [String: String]
    /// The options that are looked at; the rest keep their defaults.
    let options: [SettingOption]

    /// The value of an option, turned by `read` into what it means; nil if it is not given.
    func value<Value>(
        _ option: SettingOption,
        _ read: (String) throws(Malformed) -> Value
    ) throws(UsageError) -> Value? {
        try values(option, read).last
    }

    /// All values of an option that may be given several times.
    func values<Value>(
        _ option: SettingOption,
        _ read: (String) throws(Malformed) -> Value
    ) throws(UsageError) -> [Value] {
        guard options.contains(option) else { return [] }
        let texts = given[option]
        var values: [Value] = []
        for text in texts ?? fromEnvironment(option) {
            let name = texts == nil ? option.variable : option.name
            values.append(try asUsage(of: name) { () throws(Malformed) in try read(text) })
        }
        return values
    }

    func text(_ option: SettingOption) throws(UsageError) -> String? {
        try value(option) { text throws(Malformed) in
            guard !text.utf8.contains(0) else { throw Malformed("\(quoted(text)) has a zero byte in it") }
            return text
        }
    }

    func duration(_ option: SettingOption) throws(UsageError) -> Duration? {
        try value(option) { text throws(Malformed) in try Duration(text: text) }
    }

    /// A number of things done side by side.
    func count(_ option: SettingOption) throws(UsageError) -> Int? {
        try value(option) { text throws(Malformed) in
            guard text.utf8.allSatisfy({ (48...57).contains($0) }), let count = Int(text), (1...256).contains(count)
            else {
                throw Malformed("\(quoted(text)) is no number from 1 to 256")
            }
            return count
        }
    }

    private func fromEnvironment(_ option: SettingOption) -> [String] {
        guard let text = environment[option.variable], !text.isEmpty else { return [] }
        guard option.isRepeatable else { return [text] }
        return text.split(separator: ",").map { $0.trimmingSpaces }.filter { !$0.isEmpty }
    }
}
