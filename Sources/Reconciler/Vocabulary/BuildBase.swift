/// An image that a Dockerfile names.
struct BuildBase: Sendable, Equatable {
    /// As the Dockerfile means it, for people and for builders alike: `alpine:3.20`.
    let name: String
    /// In full, where it is to be had: in the kept registry if that has it.
    let location: String

    /// Whether it is pulled from where its name says.
    var isUpstream: Bool { (try? ImageReference(name))?.description == location }
}
