/// The arguments taken apart: words, and options with their values still as text.
struct Arguments: Equatable {
    /// What is no option: the command and its operands.
    private(set) var words: [String] = []
    private(set) var values: [SettingOption: [String]] = [:]
    private(set) var flags: Set<CommandOption> = []
    private(set) var flagValues: [CommandOption: String] = [:]

    /// Takes options in any place, as `--name VALUE` or `--name=VALUE`; after `--` everything is a word.
    init(_ arguments: [String]) throws(UsageError) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "--" {
                words += rest
                return
            } else if argument == "-v" {
                values[.verbose] = ["1"]
            } else if argument == "-h" {
                flags.insert(.help)
            } else if argument.utf8.first == UInt8(ascii: "-"), argument != "-" {
                try take(argument, &rest)
            } else {
                words.append(argument)
            }
        }
    }

    private mutating func take(_ argument: String, _ rest: inout ArraySlice<String>) throws(UsageError) {
        let equals = argument.firstIndex(of: "=")
        let name = String(equals.map { argument[..<$0] } ?? argument[...])
        let value = equals.map { String(argument[argument.index(after: $0)...]) }
        if let option = SettingOption.allCases.first(where: { $0.name == name }) {
            try take(option, value, &rest)
        } else if let option = CommandOption.allCases.first(where: { $0.name == name }) {
            try take(option, value, &rest)
        } else {
            throw Self.unknown(name)
        }
    }

    private mutating func take(
        _ option: SettingOption,
        _ value: String?,
        _ rest: inout ArraySlice<String>
    ) throws(UsageError) {
        guard option.takesValue else {
            guard value == nil else { throw UsageError("\(option.name) takes no value") }
            values[option] = ["1"]
            return
        }
        let value = try Self.required(option.name, value, &rest)
        values[option] = option.isRepeatable ? values[option, default: []] + [value] : [value]
    }

    private mutating func take(
        _ option: CommandOption,
        _ value: String?,
        _ rest: inout ArraySlice<String>
    ) throws(UsageError) {
        flags.insert(option)
        switch option.value {
        case .none:
            guard value == nil else { throw UsageError("\(option.name) takes no value") }
        case .optional(let only):
            guard value == nil || value == only else {
                throw UsageError(
                    "\(option.name): \(quoted(value ?? "")) is unknown; write \(option.name) or \(option.name)=\(only)"
                )
            }
            flagValues[option] = value ?? flagValues[option]
        case .required:
            flagValues[option] = try Self.required(option.name, value, &rest)
        }
    }

    /// The value after `=`, else the next argument, unless that is an option itself.
    private static func required(
        _ name: String,
        _ value: String?,
        _ rest: inout ArraySlice<String>
    ) throws(UsageError) -> String {
        if let value {
            guard !value.isEmpty else { throw UsageError("\(name) needs a value after the =") }
            return value
        }
        guard let next = rest.first, !next.isEmpty, !next.hasPrefix("--") else {
            throw UsageError("\(name) needs a value; see reconcile --help")
        }
        rest.removeFirst()
        return next
    }

    private static func unknown(_ name: String) -> UsageError {
        let bare = String(name.drop { $0 == "-" })
        let known = SettingOption.allCases.map(\.rawValue) + CommandOption.allCases.map(\.rawValue)
        let likely = nearest(to: bare, among: known).map { "; did you mean \(quoted("--" + $0))?" }
        return UsageError("unknown option \(quoted(name))" + (likely ?? "; see reconcile --help"))
    }
}
