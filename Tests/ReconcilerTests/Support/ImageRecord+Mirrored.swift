@testable import Reconciler

extension ImageRecord {
    /// A whole image that was copied as it is.
    static func mirrored(_ digest: Digest, _ tag: Tag, at time: Moment = Moment(seconds: 0)) -> ImageRecord {
        ImageRecord(origin: .mirror(MirrorOrigin(upstream: digest)), digest: digest, tags: [tag], time: time)
    }
}
