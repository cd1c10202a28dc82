/// An operating system and processor an image is made for, as Go names them: `linux/amd64`, `linux/arm/v7`.
///
/// Equal are also the spellings that mean the same (github.com/containerd/platforms, `Normalize`): `linux/arm64` and
/// `linux/arm64/v8`, `linux/arm` and `linux/arm/v7`, `linux/amd64` and `linux/amd64/v1`.
struct Platform: Hashable, Comparable, Sendable, CustomStringConvertible {
    let os: String
    let architecture: String
    let variant: String?

    /// Takes the members of a `platform` object of an index; an empty variant is none.
    init(os: String, architecture: String, variant: String? = nil) {
        self.os = os
        self.architecture = architecture
        self.variant =
            switch (architecture, variant ?? "") {
            case ("arm64", "v8"), ("amd64", "v1"), (_, ""): architecture == "arm" ? "v7" : nil
            default: variant
            }
    }

    /// Reads `OS/ARCHITECTURE[/VARIANT]`; throws `Malformed` for systems and processors that Go does not know.
    init(_ text: String) throws(Malformed) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard (2...3).contains(parts.count), parts.allSatisfy({ $0.utf8.allSatisfy(isTagByte) && !$0.isEmpty }) else {
            throw Malformed("\(quoted(text)) is no platform; write OS/ARCHITECTURE[/VARIANT], such as linux/amd64")
        }
        for (part, known) in zip(parts, [operatingSystems, architectures]) where !known.contains(part) {
            let likely = otherNames[part] ?? nearest(to: part, among: known)
            let cure = likely.map { "did you mean \(quoted($0))?" } ?? "known are \(known.joined(separator: " "))"
            throw Malformed("\(quoted(text)) is no platform: \(quoted(part)) is unknown; \(cure)")
        }
        self.init(os: parts[0], architecture: parts[1], variant: parts.count == 3 ? parts[2] : nil)
    }

    var description: String { "\(os)/\(architecture)" + (variant.map { "/" + $0 } ?? "") }

    static func < (left: Platform, right: Platform) -> Bool { left.description < right.description }
}

/// Values of GOOS for which images are made.
private let operatingSystems = ["linux", "windows", "darwin", "freebsd", "netbsd", "openbsd", "solaris", "wasip1"]

/// Values of GOARCH.
private let architectures = [
    "amd64", "arm64", "arm", "386", "riscv64", "ppc64le", "ppc64", "s390x", "loong64", "mips64le", "mips64", "mipsle",
    "mips", "wasm",
]

/// What others call the same.
private let otherNames = [
    "x86_64": "amd64", "x86-64": "amd64", "x64": "amd64", "aarch64": "arm64", "armhf": "arm", "armel": "arm",
    "i386": "386", "i686": "386", "x86": "386", "macos": "darwin",
]
