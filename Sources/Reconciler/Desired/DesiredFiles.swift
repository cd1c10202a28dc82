/// The three files of `desired/` as they were taken from one place, not yet read.
struct DesiredFiles: Sendable, Equatable {
    static let names = ["build.json", "mirror.json", "webhooks.json"]

    /// The checkout or commit they are from, for people.
    let place: String
    /// Whether there was a folder `desired` at all.
    let hasFolder: Bool
    /// Other names in the folder.
    var others: [String] = []
    /// The files by name, one that is not there missing.
    var contents: [String: Result<[UInt8], Malformed>] = [:]

    init(place: String, hasFolder: Bool) {
        self.place = place
        self.hasFolder = hasFolder
    }

    /// The files of a configuration that was kept because it was valid.
    init(kept files: [String: [UInt8]]) {
        self.init(place: "the last valid configuration", hasFolder: true)
        contents = files.mapValues { .success($0) }
    }

    /// A fault for each other file that is likely meant to be one of the three that is missing.
    var misnamed: [ConfigurationFault] {
        let missing = Self.names.filter { contents[$0] == nil }
        let candidates = others.filter { $0.lowercased().hasSuffix(".json") && !$0.hasPrefix(".") }
        return candidates.sorted().compactMap { name in
            guard let likely = nearest(to: name, among: missing) else { return nil }
            let message = "no such file is read; did you mean desired/\(likely)?"
            return ConfigurationFault(file: "desired/" + visible(name), position: nil, entry: nil, message: message)
        }
    }

    /// The files that could be taken, to be kept once they have turned out valid.
    var bytes: [String: [UInt8]] { contents.compactMapValues { try? $0.get() } }
}
