/// The program that is to build images, as `--builder` names it.
enum BuilderChoice: Hashable, Sendable, CustomStringConvertible {
    /// Whichever is installed and works.
    case automatic
    case docker
    case podman
    case buildah
    /// `docker buildx` with the builder of that name.
    case buildx(String)

    /// Reads `auto`, `docker`, `podman`, `buildah` or `buildx:BUILDER`.
    init(_ text: String) throws(Malformed) {
        switch text {
        case "auto": self = .automatic
        case "docker": self = .docker
        case "podman": self = .podman
        case "buildah": self = .buildah
        case _ where text.hasPrefix("buildx:"): self = try .buildx(builderName(String(text.dropFirst(7))))
        case "buildx": throw Malformed("\"buildx\" needs the name of a builder: buildx:BUILDER (docker buildx ls)")
        default:
            let names = ["auto", "docker", "podman", "buildah", "buildx:BUILDER"]
            let cure =
                nearest(to: text, among: names).map { "did you mean \(quoted($0))?" }
                ?? "known are \(names.joined(separator: " "))"
            throw Malformed("\(quoted(text)) is no builder; \(cure)")
        }
    }

    var description: String {
        switch self {
        case .automatic: "auto"
        case .docker: "docker"
        case .podman: "podman"
        case .buildah: "buildah"
        case .buildx(let name): "buildx:\(name)"
        }
    }
}

/// The rule of buildx itself (github.com/docker/buildx, `store/util.go`): a letter, then letters, digits, `.`, `_`, `-`.
private func builderName(_ text: String) throws(Malformed) -> String {
    guard let first = text.unicodeScalars.first, first.isASCII, first.properties.isAlphabetic,
        text.utf8.allSatisfy(isTagByte)
    else { throw Malformed("\(quoted(text)) is no name of a buildx builder; docker buildx ls lists them") }
    return text
}
