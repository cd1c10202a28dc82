import Synchronization

/// What images are said to wait for: that is news when it begins, and not in every pass.
final class WaitingImages: Sendable {
    private let said = Mutex<[ImageID: String]>([:])

    /// Whether this was not said of the image last; it counts as said from now on.
    func isNews(_ why: String, of image: ImageID) -> Bool {
        said.withLock { $0.updateValue(why, forKey: image) != why }
    }

    /// The image waits no more.
    func end(_ image: ImageID) { said.withLock { $0[image] = nil } }
}
