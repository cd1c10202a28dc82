/// What a Dockerfile says of the images it is built on; everything else in it is left out.
///
/// It comes from a source repository and may hold anything: what cannot be understood names no image, and the build
/// itself will tell what is wrong.
struct Dockerfile: Sendable, Equatable {
    /// `ARG` before the first `FROM`: a name, and the default as written.
    struct Argument: Sendable, Equatable {
        let name: String
        let usual: [UInt8]?
    }

    struct Stage: Sendable, Equatable {
        /// In lower case; nil without `AS`.
        let name: String?
        /// The image or stage of the `FROM` line, as written.
        let base: [UInt8]
        /// The images, stages or stage numbers of `COPY --from` and `RUN --mount=from=`.
        var others: [String] = []
    }

    /// The most stages, and images in one stage, that are followed; real files have a handful.
    private static let most = 100

    private(set) var arguments: [Argument] = []
    private(set) var stages: [Stage] = []
    private let escape: UInt8

    init(_ bytes: [UInt8]) {
        let lines = DockerfileLines(bytes)
        escape = lines.escape
        for instruction in lines.instructions { read(instruction) }
    }

    private mutating func read(_ instruction: ArraySlice<UInt8>) {
        let keyword = instruction.prefix { !isGap($0) }
        guard keyword.count <= 4 else { return }
        let rest = instruction.dropFirst(keyword.count)
        switch String(decoding: keyword, as: UTF8.self).uppercased() {
        case "ARG" where stages.isEmpty: arguments += words(of: rest, escape: escape).map(Argument.init)
        case "FROM" where stages.count < Self.most:
            stages += [Stage(words(of: rest, escape: escape))].compactMap(\.self)
        case "COPY": add(flags(of: rest).compactMap { $0.value(of: "--from=") })
        case "RUN":
            let mounts = flags(of: rest).compactMap { $0.value(of: "--mount=") }
            add(mounts.flatMap { $0.split(separator: ",") }.compactMap { String($0).value(of: "from=") })
        default: break
        }
    }

    /// Notes what the current stage takes from elsewhere; builders fill in no variables there.
    private mutating func add(_ names: [String]) {
        guard let last = stages.indices.last else { return }
        for name in names where !name.isEmpty && !name.contains("$") {
            guard stages[last].others.count < Self.most, !stages[last].others.contains(name) else { continue }
            stages[last].others.append(name)
        }
    }

    private func flags(of text: ArraySlice<UInt8>) -> [String] {
        // Only the beginning is cut into words: a RUN may be as long as the file.
        var flags: [String] = []
        var rest = text.drop(while: isGap)
        while rest.starts(with: "--".utf8) {
            let word = rest.prefix { !isGap($0) }
            flags.append(String(decoding: word.filter { $0 != UInt8(ascii: "\"") }, as: UTF8.self))
            rest = rest.dropFirst(word.count).drop(while: isGap)
        }
        return flags
    }
}

extension Dockerfile {
    /// The images that a build of `target` is made of, as texts for an `ImageReference`, each once, in order.
    ///
    /// Stages that do not lead to the target count for nothing; neither does `scratch`. A target that is not there means
    /// the last stage.
    func bases(args: [String: String], target: String?, platform: Platform) -> [String] {
        let values = values(args, platform)
        let goal = target.flatMap { stage(named: $0, before: stages.count) } ?? stages.count - 1
        var bases: [String] = []
        var (waiting, seen) = ([goal], Set([goal]))
        while let number = waiting.popLast(), stages.indices.contains(number) {
            let stage = stages[number]
            let base = DockerfileWord.filled(stage.base, escape: escape, values)
            for name in [base].compactMap(\.self) + stage.others {
                if let other = self.stage(named: name, before: number) {
                    if seen.insert(other).inserted { waiting.append(other) }
                } else if !name.isEmpty, name != "scratch", Int(name) == nil, !bases.contains(name) {
                    bases.append(name)
                }
            }
        }
        return bases
    }

    /// The number of the last stage of that name or number before another one.
    private func stage(named name: String, before limit: Int) -> Int? {
        if let number = Int(name) { return (0..<limit).contains(number) ? number : nil }
        let name = name.lowercased()
        return stages[..<limit].lastIndex { $0.name == name }
    }

    /// The values of arguments in `FROM` lines; those of platforms are there without an `ARG`.
    private func values(_ args: [String: String], _ platform: Platform) -> [String: String] {
        var values: [String: String] = [:]
        for (prefix, platform) in [("BUILD", Platform.ofThisMachine), ("TARGET", platform)] {
            values[prefix + "PLATFORM"] = platform.description
            values[prefix + "OS"] = platform.os
            values[prefix + "ARCH"] = platform.architecture
            values[prefix + "VARIANT"] = platform.variant ?? ""
        }
        for argument in arguments {
            values[argument.name] =
                args[argument.name]
                ?? argument.usual.flatMap { DockerfileWord.filled($0, escape: escape, values) }
                ?? values[argument.name]
        }
        return values
    }
}

extension Dockerfile.Argument {
    fileprivate init(_ word: ArraySlice<UInt8>) {
        let name = word.prefix { $0 != UInt8(ascii: "=") }
        self.name = String(decoding: name, as: UTF8.self)
        usual = name.count == word.count ? nil : Array(word.dropFirst(name.count + 1))
    }
}

extension Dockerfile.Stage {
    /// Reads what follows `FROM`: `[--platform=…] IMAGE [AS NAME]`.
    fileprivate init?(_ words: [ArraySlice<UInt8>]) {
        let rest = words.drop { $0.starts(with: "--".utf8) }.map { $0 }
        guard let base = rest.first else { return nil }
        self.base = Array(base)
        let isNamed = rest.count >= 3 && String(decoding: rest[1], as: UTF8.self).lowercased() == "as"
        name = isNamed ? String(decoding: rest[2], as: UTF8.self).lowercased() : nil
    }
}

extension String {
    /// What follows `prefix`; nil if the text does not begin with it.
    fileprivate func value(of prefix: String) -> String? { hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil }
}

extension Platform {
    /// What this program was compiled for, which builders on the same machine build for too.
    static var ofThisMachine: Platform {
        #if arch(arm64)
        Platform(os: "linux", architecture: "arm64")
        #else
        Platform(os: "linux", architecture: "amd64")
        #endif
    }
}
