import Testing

@testable import Reconciler

struct DesiredReadingsTests {
    private let readings = DesiredReadings(by: DesiredReader())

    private func files(_ mirror: String, others: [String] = []) -> DesiredFiles {
        var files = DesiredFiles(kept: ["mirror.json": Array(mirror.utf8)])
        files.others = others
        return files
    }

    private func tags(_ files: DesiredFiles) -> [String]? {
        guard case .valid(let desired, let bytes) = readings.reading(files), bytes == files.bytes else { return nil }
        return desired.mirrors.map(\.written)
    }

    @Test func `the same files say the same, and others what they say themselves`() {
        #expect(tags(files("[\"alpine\"]")) == ["alpine"])
        #expect(tags(files("[\"alpine\"]")) == ["alpine"])
        #expect(tags(files("[\"busybox\"]")) == ["busybox"])
        #expect(tags(files("[")) == nil)
        #expect(tags(files("[\"busybox\"]")) == ["busybox"])
    }

    @Test func `what is wrong beside the bytes is not overlooked because they are known`() {
        #expect(tags(files("[\"alpine\"]")) == ["alpine"])
        #expect(tags(files("[\"alpine\"]", others: ["biuld.json"])) == nil)
        var unread = files("[\"alpine\"]")
        unread.contents["build.json"] = .failure(Malformed("is no regular file"))
        #expect(tags(unread) == nil)
        let none = DesiredFiles(place: "here", hasFolder: false)
        #expect(tags(none) == nil)
    }
}
