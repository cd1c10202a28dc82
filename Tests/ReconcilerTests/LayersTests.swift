import Testing

@testable import Reconciler

/// The folders of the sources are layers: each may speak of its own types and of those of the folders named for it.
struct LayersTests {
    private static let layers: [String: Set<String>] = {
        let converge: Set<String> = ["Vocabulary", "Outside", "Desired", "Record", "Observe", "Drift"]
        return [
            "Vocabulary": [],
            "Outside": ["Vocabulary"],
            "Desired": ["Vocabulary"],
            // It keeps the last valid configuration, too.
            "Record": ["Vocabulary", "Outside", "Desired"],
            "Observe": ["Vocabulary", "Outside", "Desired", "Record"],
            "Drift": ["Vocabulary", "Desired", "Observe", "Record"],
            "Converge": converge,
            "Report": converge.union(["Converge"]),
            // These join everything together.
            "Loop": converge.union(["Converge", "Report", "CommandLine", ""]),
            "CommandLine": converge.union(["Converge", "Report", "Loop", ""]),
            "": converge.union(["Converge", "Report", "Loop", "CommandLine"]),
        ]
    }()

    /// Types that a folder may speak of all the same: whoever does long work tells the log of it as it comes.
    private static let exceptions: [String: Set<String>] = ["Converge": ["Log"]]

    @Test func `no folder speaks of what is above it`() throws {
        let sources = try Sources()
        let folders = Set(sources.files.map(\.folder))
        #expect(folders == Set(Self.layers.keys), "each folder has a place among the layers")
        for file in sources.files {
            let allowed = (Self.layers[file.folder] ?? []).union([file.folder])
            let known = file.generics.union(Self.exceptions[file.folder] ?? [])
            for name in file.words.subtracting(known) {
                let homes = sources.homes(of: name)
                guard !homes.isEmpty, homes.isDisjoint(with: allowed) else { continue }
                Issue.record("\(file.path) speaks of \(name), which is in \(homes.sorted().joined(separator: ", "))")
            }
        }
    }

    @Test func `the comparison does no input and no output`() throws {
        for file in try Sources().files where file.folder == "Drift" {
            #expect(file.imports.isEmpty, "\(file.path) imports \(file.imports)")
            #expect(file.words.isDisjoint(with: ["Task", "ContinuousClock", "Mutex"]), "\(file.path)")
        }
    }

    @Test func `the sources import the system's libraries and no others`() throws {
        let known: Set<String> = ["Glibc", "Synchronization", "Dispatch", "CCurl", "CCrypto", "CLinux"]
        for file in try Sources().files {
            #expect(file.imports.isSubset(of: known), "\(file.path) imports \(file.imports.subtracting(known))")
        }
        let package = try Sources.text(Sources.top + "/Package.swift")
        #expect(!package.contains(".package("))
    }
}
