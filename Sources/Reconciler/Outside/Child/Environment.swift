import CLinux

/// The environment variables of this process; names or values that are no UTF-8 are mended.
func currentEnvironment() -> [String: String] {
    var variables: [String: String] = [:]
    guard var entry = linux_environment() else { return variables }
    while let text = entry.pointee {
        let pair = String(cString: text)
        if let equals = pair.firstIndex(of: "=") {
            variables[String(pair[..<equals])] = String(pair[pair.index(after: equals)...])
        }
        entry += 1
    }
    return variables
}
